package deploy_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/deploy"
	"skyql/internal/resource"
)

const repository resource.TypeName = "AWS::ECR::Repository"

// images is a repository whose encryption can only be set on creation, and a log
// group behind it.
const images = `-- stackql_manifest.yml --
name: images
providers: [awscc]
resources:
  - {name: images, exports: [arn]}
  - {name: log, props: [{name: text, value: "{{ arn }}"}]}
-- resources/images.iql --
/*+ exists */
SELECT count(*) AS count FROM awscc.ecr.repositories WHERE region = 'us-east-1' AND Identifier = 'images'
/*+ create */
INSERT INTO awscc.ecr.repositories (RepositoryName, EncryptionConfiguration, region) SELECT 'images', '{"EncryptionType":"AES256"}', 'us-east-1'
/*+ exports */
SELECT arn FROM awscc.ecr.repositories WHERE region = 'us-east-1' AND Identifier = 'images'
/*+ delete */
DELETE FROM awscc.ecr.repositories WHERE region = 'us-east-1' AND Identifier = 'images'
-- resources/log.iql --
/*+ exists */
SELECT count(*) AS count, '{{ text }}' AS unused FROM awscc.logs.log_groups WHERE region = 'us-east-1' AND Identifier = 'image-log'
/*+ create */
INSERT INTO awscc.logs.log_groups (LogGroupName, region) SELECT 'image-log', 'us-east-1'
/*+ delete */
DELETE FROM awscc.logs.log_groups WHERE region = 'us-east-1' AND Identifier = 'image-log'
`

// What can only be set on creation is replaced when that is allowed, and a
// rollback brings back what was there under the same identifier.
func TestReplace(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, group, writes, want, algorithm string
		allow                                bool
	}{
		{"refused", "", "", "images failed, log left", "KMS", false},
		{"allowed", "", "Create=2 Delete=1", "images replace, log create", "AES256", true},
		// The log group is tried twice.
		{"rolled back", "image-log", "Create=4 Delete=2", "images replace, log failed", "KMS", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, images)
				w.put(repository, `{"RepositoryName":"images","EncryptionConfiguration":{"EncryptionType":"KMS"}}`)
				w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &failing{c, test.group} }
				summary := w.deployment(deploy.Options{OnFailure: deploy.RollbackOnFailure, AllowReplace: test.allow}).Build(t.Context())
				if have := actions(summary); have != test.want {
					t.Errorf("want %s, have %s: %v", test.want, have, summary.Err())
				}
				for _, u := range summary.Undone {
					if u.Err != nil {
						t.Errorf("undo %s of %s: %v", u.Action, u.Resource, u.Err)
					}
				}
				if have := w.properties(repository, "images"); !strings.Contains(have, test.algorithm) {
					t.Errorf("want %s, have %q", test.algorithm, have)
				}
				if diff := cmp.Diff(test.writes, w.writes()); diff != "" {
					t.Errorf("(-want +have)\n%s", diff)
				}
			})
		})
	}
}
