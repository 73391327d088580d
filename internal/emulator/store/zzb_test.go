package store

import (
	"testing"
	"skyql/internal/catalog"
	"time"
	"path/filepath"
	"skyql/internal/resource"
)

func TestZB(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.zip")
	if _, err := catalog.Pull(t.Context(), catalog.PullOptions{From: "/work/shared/data/CloudformationSchema.zip", Path: path, Now: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}
	types, _ := catalog.Open(path)
	for _, n := range []string{"AWS::AutoScaling::ScheduledAction","AWS::Wisdom::AIPrompt","AWS::ElasticBeanstalk::ConfigurationTemplate"} {
		f := newFixture(t, Options{Catalog: types})
		k, _ := f.kind(resource.TypeName(n))
		for i := 1; i < 4; i++ {
			d, err := k.generator.Desired(i, richly)
			t.Log(d, err)
			k.generator.ReadOnly(d, home, string(rune('0'+i)), time.Now())
			t.Log(d)
			delete(d, "AutoScalingGroupName")
		}
	}
}
