package identity

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	"skyql/internal/emulator/store"
)

// MaxAccounts bounds how many accounts an organization has.
const MaxAccounts = 1000

// memberNumbers is what the number of a member account begins at: the second
// account is 210000000002.
const memberNumbers = 210_000_000_000

// Organization has the accounts that the emulator plays: a management account,
// which is the default one, and members. All that is known of an account
// follows from its place, so that there is nothing to keep.
type Organization struct{ Size int }

// Account is what AWS Organizations tells of an account, but for what hangs on
// the partition.
type Account struct {
	Number, Name, Email, Method string
	Joined                      time.Time
}

// founded is when the management account joined; the others followed, one an hour.
var founded = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)

// core names the accounts that organizations tend to have; further ones have
// numbers.
var core = [...]string{"management", "log-archive", "audit", "network", "shared-services"}

// At gives the account at a place from 0 to Size-1. The management account
// stands first.
func (o Organization) At(place int) Account {
	a := Account{
		Number: strconv.Itoa(memberNumbers + place + 1), Name: fmt.Sprintf("workload-%04d", place+1),
		Method: "CREATED", Joined: founded.Add(time.Duration(place) * time.Hour),
	}
	if place < len(core) {
		a.Name = core[place]
	}
	if place == 0 {
		a.Number, a.Method = store.DefaultAccount, "INVITED" // nobody has created it from another one
	}
	a.Email = "aws+" + a.Name + "@example.com"
	return a
}

// Place is the inverse of At, by the account's number.
func (o Organization) Place(number string) (int, bool) {
	if number == store.DefaultAccount {
		return 0, true
	}
	n, err := strconv.Atoi(number)
	place := n - memberNumbers - 1
	return place, err == nil && place > 0 && place < o.Size
}

// Has reports whether an account belongs to the organization.
func (o Organization) Has(number string) bool {
	_, ok := o.Place(number)
	return ok
}

// Check tells what is wrong with a number of accounts, of which 0 stands
// for one, and with key pairs.
func Check(accounts int, keys []KeyPair) error {
	if accounts < 0 || accounts > MaxAccounts {
		return fmt.Errorf("an organization has from 1 to %d accounts, not %d", MaxAccounts, accounts)
	}
	seen := map[string]bool{}
	for _, pair := range keys {
		if err := pair.check(); err != nil {
			return err
		}
		if seen[pair.AccessKey] {
			return fmt.Errorf("two key pairs have the access key %s; give one of them", pair.AccessKey)
		}
		seen[pair.AccessKey] = true
	}
	return nil
}

// PageToken makes the token of the page that begins at a place.
func (a *Authority) PageToken(place int) string {
	text := binary.BigEndian.AppendUint16(nil, uint16(place)) // at most MaxAccounts
	return base64.URLEncoding.EncodeToString(append(text, a.sealer.sum("page", text)[:16]...))
}

// PlaceOf is the inverse of PageToken. The place may lie behind the last account, if there
// were more when the token was made.
func (a *Authority) PlaceOf(token string) (place int, ok bool) {
	raw, err := base64.URLEncoding.DecodeString(token)
	if err != nil || len(raw) != 18 || !hmac.Equal(raw[2:], a.sealer.sum("page", raw[:2])[:16]) {
		return 0, false
	}
	return min(int(binary.BigEndian.Uint16(raw)), a.Organization.Size), true
}
