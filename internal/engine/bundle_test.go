package engine_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skyql/internal/catalog"
	"skyql/internal/emulator/generate"
	"skyql/internal/engine/enginetest"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/schema/schematest"
	"skyql/internal/table"
)

// TestWritesOfEveryType creates a resource of every type of AWS's bundle by
// INSERT, sets what may be changed to what it is, which is no change, and
// deletes it again.
func TestWritesOfEveryType(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "catalog.zip")
	if _, err := catalog.Pull(t.Context(), catalog.PullOptions{From: schematest.Path(t), Path: path, Now: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}
	all, err := catalog.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer all.Close()
	types := all.Types()
	var created, updated, deleted atomic.Int64
	var group sync.WaitGroup
	const workers = 2
	for worker := range workers {
		w := enginetest.New(t, enginetest.Options{Catalog: all, Write: quick, Orphans: true})
		group.Go(func() {
			for i := worker; i < len(types); i += workers {
				life := writtenLife(t, w, all, types[i])
				created.Add(int64(life.created))
				updated.Add(int64(life.updated))
				deleted.Add(int64(life.deleted))
			}
		})
	}
	group.Wait()
	t.Logf("%d types created, %d set to what they are, %d deleted", created.Load(), updated.Load(), deleted.Load())
	if created.Load() < 1450 || updated.Load() < 1200 || deleted.Load() < 1450 {
		t.Error("too few")
	}
}

type lifeOfWrites struct{ created, updated, deleted int }

func writtenLife(t *testing.T, w *enginetest.World, all *catalog.Catalog, name resource.TypeName) (life lifeOfWrites) {
	resourceType, err := all.Type(name)
	if err != nil {
		t.Error(err)
		return life
	}
	if !resourceType.Has(schema.Create) {
		return life
	}
	model, err := generate.Desired(resourceType, 1, generate.Options{Rich: true})
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return life
	}
	shape := table.New(resourceType)
	columns, values := literals(t, shape, model)
	columns, values = append(columns, table.RegionColumn), append(values, "'us-east-1'")
	insert := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s) RETURNING Identifier", shape.Name, strings.Join(columns, ", "), strings.Join(values, ", "))
	rows, err := w.Try(t.Context(), insert)
	if err != nil || len(rows) != 1 {
		t.Errorf("%s: %v, %v", insert, rows, err)
		return life
	}
	life.created = 1
	where := " WHERE Identifier = " + literal(rows[0][0])
	if resourceType.Has(schema.Update) && resourceType.Has(schema.Read) {
		life.updated = setToWhatItIs(t, w, shape, model, where)
	}
	if !resourceType.Has(schema.Delete) {
		return life
	}
	w.NewCalls()
	if _, err := w.Try(t.Context(), "DELETE FROM "+shape.Name+where); err != nil {
		t.Errorf("DELETE FROM %s%s: %v", shape.Name, where, err)
		return life
	}
	if calls := w.NewCalls(); !strings.Contains(calls, "DeleteResource=1") {
		t.Errorf("DELETE FROM %s%s: %s", shape.Name, where, calls)
	}
	life.deleted = 1
	return life
}

// setToWhatItIs updates and wants no call of UpdateResource. It gives 1 if
// there was something that an update may set.
func setToWhatItIs(t *testing.T, w *enginetest.World, shape *table.Table, model map[string]any, where string) int {
	fixed := slices.Concat(shape.Type.CreateOnly, shape.Type.ReadOnly, shape.Type.WriteOnly, shape.Type.PrimaryIdentifier)
	may := map[string]any{}
	for name, value := range model {
		if !slices.ContainsFunc(fixed, func(p schema.Path) bool { return p[0] == name }) {
			may[name] = value
		}
	}
	if len(may) == 0 {
		return 0
	}
	columns, values := literals(t, shape, may)
	assignments := make([]string, len(columns))
	for i := range columns {
		assignments[i] = columns[i] + " = " + values[i]
	}
	update := "UPDATE " + shape.Name + " SET " + strings.Join(assignments, ", ") + where
	w.NewCalls()
	_, err := w.Try(t.Context(), update)
	if calls := w.NewCalls(); err != nil || calls != "GetResource=1" {
		t.Errorf("%s: %s, %v", update, calls, err)
	}
	return 1
}

// literals gives the columns of the model's properties, and the values as SQL.
func literals(t *testing.T, shape *table.Table, model map[string]any) (columns, values []string) {
	for name, value := range model {
		column, known := shape.Property(name)
		if !known {
			t.Errorf("%s: no column for %s", shape.Name, name)
			continue
		}
		columns = append(columns, table.Quote(shape.Columns[column].Name))
		values = append(values, literal(value))
	}
	return columns, values
}

func literal(value any) string {
	text, isText := value.(string)
	if !isText {
		encoded, err := json.Marshal(value)
		if err != nil {
			panic(err)
		}
		text = string(encoded)
		if text[0] != '{' && text[0] != '[' {
			return text
		}
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}
