package naming

import (
	"regexp"
	"strings"
)

var (
	pluralAcronym = regexp.MustCompile(`([A-Z])([A-Z]+)s([A-Z]|$)`)
	acronymWord   = regexp.MustCompile(`([A-Z]+)([A-Z][a-z])`)
	lowerUpper    = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	underscores   = regexp.MustCompile(`__+`)
)

// words are the names of things that mix cases inside one word. Left alone,
// snake case would tear them apart: o_auth, graph_ql, f_sx.
var words = strings.NewReplacer(
	"OAuth", "Oauth", "GraphQL", "Graphql", "IPv4", "Ipv4", "IPv6", "Ipv6",
	"FSx", "Fsx", "DDoS", "Ddos", "LoRaWAN", "Lorawan", "MySQL", "Mysql", "IdCC", "IdcC",
)

// snake gives the canonical snake case of a CamelCase name.
func snake(name string) string {
	return conventional(words.Replace(foldPluralAcronyms(name)))
}

// conventional gives the snake case that most tools produce: a boundary before
// the last capital of a run that a small letter follows, and between a small
// letter or digit and a capital.
func conventional(name string) string {
	name = acronymWord.ReplaceAllString(name, "${1}_${2}")
	name = lowerUpper.ReplaceAllString(name, "${1}_${2}")
	return strings.ToLower(underscores.ReplaceAllString(name, "_"))
}

// foldPluralAcronyms makes URLs one word, Urls.
func foldPluralAcronyms(name string) string {
	return pluralAcronym.ReplaceAllStringFunc(name, func(match string) string {
		groups := pluralAcronym.FindStringSubmatch(match)
		return groups[1] + strings.ToLower(groups[2]) + "s" + groups[3]
	})
}

// Plural gives the plural of a snake case name, as tables have it.
func Plural(name string) string { return plural(name) }

// plural gives the plural of a snake case name taken as one English word. The
// rules are those by which the provider named its tables.
func plural(name string) string {
	ends := func(suffixes ...string) bool {
		for _, suffix := range suffixes {
			if strings.HasSuffix(name, suffix) {
				return true
			}
		}
		return false
	}
	switch {
	case name == "schema":
		return "schemata"
	case ends("metadata"):
		return name
	case ends("sis"):
		return strings.TrimSuffix(name, "sis") + "ses"
	case ends("index"):
		return strings.TrimSuffix(name, "index") + "indices"
	case ends("alias"), ends("us") && !ends("aus", "ous", "uus"):
		return name + "es"
	case ends("x", "ch", "ss", "sh", "zz"):
		return name + "es"
	case ends("quy"), ends("y") && !ends("ay", "ey", "iy", "oy", "uy"):
		return strings.TrimSuffix(name, "y") + "ies"
	case ends("s"):
		return name
	}
	return name + "s"
}
