package identity

import (
	"testing"

	"skyql/internal/emulator/store"
)

func TestAccountsOfAnOrganization(t *testing.T) {
	t.Parallel()
	o := Organization{MaxAccounts}
	names, mails := map[string]bool{}, map[string]bool{}
	for place := range MaxAccounts {
		a := o.At(place)
		if have, ok := o.Place(a.Number); !ok || have != place || len(a.Number) != 12 {
			t.Errorf("want %s at %d, have %d, %t", a.Number, place, have, ok)
		}
		if names[a.Name] || mails[a.Email] {
			t.Errorf("%s has the name of another", a.Number)
		}
		names[a.Name], mails[a.Email] = true, true
	}
	if first, second := o.At(0), o.At(1); first.Number != store.DefaultAccount || second.Number != "210000000002" {
		t.Errorf("want the default account and 210000000002, have %s and %s", first.Number, second.Number)
	}
	for _, number := range []string{"", "210000000000", "210000000001", "210000001001", "999999999999", "21000000002", "-210000000002", "x"} {
		if o.Has(number) {
			t.Errorf("want %q outside", number)
		}
	}
	if (Organization{1}).Has("210000000002") {
		t.Error("want one account only")
	}
}
