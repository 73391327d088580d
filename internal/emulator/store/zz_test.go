package store
import "testing"
func TestZ(t *testing.T){ s:=New(Options{}); if err:=s.LoadDemo();err!=nil{t.Fatal(err)} }
