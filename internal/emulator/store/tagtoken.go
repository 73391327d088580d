package store

import (
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"skyql/internal/resource"
	"skyql/internal/tagging"
)

// tagTokenLife is how long a PaginationToken of the tagging API can be used.
const tagTokenLife = 15 * time.Minute

// tagToken is where a page of the tagging API goes on: behind an item of a
// shelf, or behind a text.
type tagToken struct {
	made  time.Time
	after string
	item  uint64
}

// encode makes the token, bound to what is listed.
func (t tagToken) encode(about string) string {
	text := fmt.Sprintf("%d %d %s", t.made.Unix(), t.item, t.after)
	return base64.StdEncoding.EncodeToString([]byte(sealText(text, about) + " " + text))
}

func sealText(text, about string) string {
	sum := fnv.New64a()
	fmt.Fprintf(sum, "%s\x00%s", about, text)
	return strconv.FormatUint(sum.Sum64(), 36)
}

// decodeToken is the inverse. A token that was not made for the same list is
// refused, and so is one that is too old. None at all is the beginning.
func (c tagCall) decodeToken(token, about string) (tagToken, error) {
	if token == "" {
		return tagToken{}, nil
	}
	raw, err := base64.StdEncoding.DecodeString(token)
	seal, text, _ := strings.Cut(string(raw), " ")
	if err != nil || seal != sealText(text, about) {
		return tagToken{}, c.refuse(resource.Validation, "The PaginationToken is not valid for this request")
	}
	parts := strings.SplitN(text, " ", 3)
	made, _ := strconv.ParseInt(parts[0], 10, 64) // sealed, so it is as it was written
	item, _ := strconv.ParseUint(parts[1], 10, 64)
	t := tagToken{made: time.Unix(made, 0), item: item, after: parts[2]}
	if c.now.Sub(t.made) > tagTokenLife {
		return tagToken{}, c.refuse(tagging.TokenExpired,
			"The specified PaginationToken has expired: it is valid for a maximum of 15 minutes")
	}
	return t, nil
}
