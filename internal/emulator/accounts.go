package emulator

import (
	"fmt"
	"strconv"
	"time"

	"skyql/internal/emulator/store"
)

// MaxAccounts bounds Options.Accounts.
const MaxAccounts = 1000

// memberNumbers is what the number of a member account begins at: the second
// account is 210000000002.
const memberNumbers = 210_000_000_000

// organization has the accounts that the emulator plays: a management account,
// which is the default one, and members. All that is known of an account
// follows from its place, so that there is nothing to keep.
type organization struct{ size int }

// account is what AWS Organizations tells of an account, but for what hangs on
// the partition.
type account struct {
	number, name, email, method string
	joined                      time.Time
}

// founded is when the management account joined; the others followed, one an hour.
var founded = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)

// core names the accounts that organizations tend to have; further ones have
// numbers.
var core = [...]string{"management", "log-archive", "audit", "network", "shared-services"}

// at gives the account at a place from 0 to size-1. The management account
// stands first.
func (o organization) at(place int) account {
	a := account{
		number: strconv.Itoa(memberNumbers + place + 1), name: fmt.Sprintf("workload-%04d", place+1),
		method: "CREATED", joined: founded.Add(time.Duration(place) * time.Hour),
	}
	if place < len(core) {
		a.name = core[place]
	}
	if place == 0 {
		a.number, a.method = store.DefaultAccount, "INVITED" // nobody has created it from another one
	}
	a.email = "aws+" + a.name + "@example.com"
	return a
}

// place is the inverse of at, by the account's number.
func (o organization) place(number string) (int, bool) {
	if number == store.DefaultAccount {
		return 0, true
	}
	n, err := strconv.Atoi(number)
	place := n - memberNumbers - 1
	return place, err == nil && place > 0 && place < o.size
}

// has reports whether an account belongs to the organization.
func (o organization) has(number string) bool {
	_, ok := o.place(number)
	return ok
}

// checkIdentities tells what is wrong with the accounts and key pairs.
func (o Options) checkIdentities() error {
	if o.Accounts < 0 || o.Accounts > MaxAccounts {
		return fmt.Errorf("emulator: an organization has from 1 to %d accounts, not %d", MaxAccounts, o.Accounts)
	}
	seen := map[string]bool{}
	for _, pair := range o.Keys {
		if err := pair.check(); err != nil {
			return fmt.Errorf("emulator: %w", err)
		}
		if seen[pair.AccessKey] {
			return fmt.Errorf("emulator: two key pairs have the access key %s; give one of them", pair.AccessKey)
		}
		seen[pair.AccessKey] = true
	}
	return nil
}
