package engine

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"skyql/internal/resource"
	"skyql/internal/sqltext"
)

// setting is what SET changes and SHOW shows.
type setting struct {
	get func(s *Session) any
	set func(s *Session, value string) error
}

var settings = map[string]setting{
	"regions": {
		get: func(s *Session) any {
			names := make([]string, len(s.opts.Regions))
			for i, region := range s.opts.Regions {
				names[i] = string(region)
			}
			return strings.Join(names, ",")
		},
		set: func(s *Session, value string) (err error) {
			regions, err := ParseRegions(value)
			if err == nil {
				s.opts.Regions = regions
			}
			return err
		},
	},
	"cache_ttl": {
		get: func(s *Session) any {
			if s.opts.Cache == nil {
				return int64(0)
			}
			return int64(s.opts.Cache.TTL().Seconds())
		},
		set: func(s *Session, value string) error {
			ttl, err := time.ParseDuration(value)
			if seconds, notNumber := strconv.Atoi(value); notNumber == nil {
				ttl, err = time.Duration(seconds)*time.Second, nil
			}
			switch {
			case err != nil || ttl < 0:
				return fmt.Errorf("cache_ttl is a number of seconds or a time such as '5m', not %q", value)
			case s.opts.Cache == nil:
				return errors.New("this session has no cache")
			}
			s.opts.Cache.SetTTL(ttl)
			return nil
		},
	},
	"max_changes": {
		get: func(s *Session) any { return int64(s.opts.Write.MaxChanges) },
		set: func(s *Session, value string) error {
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 {
				return fmt.Errorf("max_changes is a whole number from 1, not %q", value)
			}
			s.opts.Write.MaxChanges = n
			return nil
		},
	},
}

// named finds a setting. Its other names are accepted and not listed.
func named(name string) (canonical string, found setting, err error) {
	if name == "region" {
		name = "regions"
	}
	if found, ok := settings[name]; ok {
		return name, found, nil
	}
	names := slices.Sorted(maps.Keys(settings))
	if near := resource.Closest(name, append([]string{"providers", "services", "resources", "methods"}, names...)); near != "" {
		return "", found, fmt.Errorf("no setting %q; did you mean %s?", name, near)
	}
	return "", found, fmt.Errorf("no setting %q; there is: %s", name, strings.Join(names, ", "))
}

func (s *Session) set(statement string) (*Result, error) {
	c, err := sqltext.ParseSet(statement)
	if err != nil {
		return nil, located(statement, err)
	}
	_, chosen, err := named(c.Name)
	if err != nil {
		return nil, err
	}
	return fixed(nil, nil), chosen.set(s, c.Value)
}

func (s *Session) showSetting(name string) (*Result, error) {
	name, chosen, err := named(name)
	if err != nil {
		return nil, err
	}
	value := chosen.get(s)
	column := text(name)
	if _, ok := value.(int64); ok {
		column = integer(name)
	}
	return fixed([]Column{column}, [][]any{{value}}), nil
}
