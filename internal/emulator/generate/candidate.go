package generate

import (
	"iter"
	"slices"
	"strings"

	"skyql/internal/schema"
)

// writers lists what a string could be, the most telling first. The list is
// long, and mostly one of the first will do.
func (p *planner) writers(n *schema.Node, at place) iter.Seq[writer] {
	return func(yield func(writer) bool) {
		try := func(templates []string) bool {
			for _, template := range templates {
				template = strings.ReplaceAll(template, "{n}", p.mark())
				if template != "" && !yield(parseText(template, at)) {
					return false
				}
			}
			return true
		}
		arns := func() bool { return try(p.arnTemplates(at)) && patternWriters(n.Pattern, at, true, yield) }
		arn, sometimes := at.endsWith("arn"), strings.Contains(n.Pattern, "arn:")
		_ = try(p.ownTemplates(at)) && try(formatted(n)) && try(known(at, p.reading)) && (!arn || arns()) &&
			try(p.idTemplates(at)) && try(p.nameTemplates(n, at)) && (arn || !sometimes || arns()) &&
			patternWriters(n.Pattern, at, false, yield) && lastResorts(n, at, yield)
	}
}

// ownTemplates gives what the table says about the property.
func (p *planner) ownTemplates(at place) []string {
	r := rules().of(p.t.Name)
	templates := []string{r.more[at.name]}
	if at.naming {
		templates = append(templates, "{name}")
	}
	if at.own && at.endsWith("arn") {
		templates = append(templates, r.arn)
	}
	if at.own {
		templates = append(templates, r.id)
	}
	return templates
}

// formatted gives values for the formats that JSON schema names.
func formatted(n *schema.Node) []string {
	switch n.Format {
	case "date-time", "timestamp":
		return []string{"{time}"}
	case "uri", "url":
		return []string{"https://{name}.example.com/"}
	case "email":
		return []string{"{name}@example.com"}
	}
	return nil
}

// idTemplates gives identifiers: of the type that the name points to, else
// what services like to use.
func (p *planner) idTemplates(at place) []string {
	if !at.endsWith("id", "identifier") {
		return nil
	}
	if at.own && p.reading {
		if p.t.Name.Service() == "EC2" {
			return []string{kebab(p.t.Name.Thing()) + "-{hex17}", "{uuid}"}
		}
		return []string{"{uuid}", "{lower10}"}
	}
	if r := rules().referred(at.name, p.t.Name.Service()); r != nil && r.id != "" {
		return []string{r.elsewhere(r.id)}
	}
	if p.reading {
		return []string{"{uuid}", "{lower10}"}
	}
	return nil
}

// arnTemplates gives ARNs: of the type that the name points to, else of the
// service, in the ways in which services write them.
func (p *planner) arnTemplates(at place) []string {
	var all []string
	if r := rules().referred(at.name, p.t.Name.Service()); !at.own && r != nil && r.arn != "" {
		all = append(all, r.elsewhere(r.arn))
	}
	thing, ids := p.t.Name.Thing(), []string{"{id}"}
	if !at.own || !p.reading {
		thing = strings.TrimSuffix(strings.TrimSuffix(at.name, "Arn"), "ARN")
		ids = []string{kebab(thing) + "-" + p.mark(), "{uuid}", "{lower10}"}
	}
	if p.reading && !at.own && p.t.Property(thing+"Id") != nil {
		ids = []string{"{" + thing + "Id}"}
	}
	if thing == "" {
		thing = p.t.Name.Thing()
	}
	places := []string{":{here}:", "::{account}:"}
	if slices.Contains(global, p.service) {
		slices.Reverse(places)
	}
	for _, place := range places {
		for _, id := range append(ids, "{uuid}", "{lower10}", "{lower16}", "{hex17}", "{hex32}") {
			for _, kind := range spellings(thing) {
				all = append(all, "arn:{partition}:"+p.service+place+kind+"/"+id, "arn:{partition}:"+p.service+place+kind+":"+id)
			}
		}
	}
	return all
}

// spellings gives the ways to write a type in an ARN.
func spellings(thing string) []string {
	dashed := kebab(thing)
	return slices.Compact([]string{
		dashed, strings.ReplaceAll(dashed, "-", ""), strings.ReplaceAll(dashed, "-", "_"), thing, camel(thing),
	})
}

func camel(name string) string {
	all := words(name)
	for i := 1; i < len(all); i++ {
		all[i] = strings.ToUpper(all[i][:1]) + all[i][1:]
	}
	return strings.Join(all, "")
}

// mark is what tells names apart: the number of a resource that is asked for,
// or letters for one of which only a hash is known.
func (p *planner) mark() string {
	if p.reading {
		return "{lower12}"
	}
	return "{n}"
}

// nameTemplates gives names made from the property's name, then plainer and
// shorter ones.
func (p *planner) nameTemplates(n *schema.Node, at place) []string {
	if p.reading && at.endsWith("name") && !at.identity {
		return []string{"{name}"}
	}
	mark, base := p.mark(), p.baseName(at)
	dashed := kebab(base)
	joined := strings.ReplaceAll(dashed, "-", "")
	var all []string
	if at.endsWith("description") {
		all = append(all, strings.Join(words(p.t.Name.Thing()), " ")+" "+mark)
	}
	last := dashed[strings.LastIndexByte(dashed, '-')+1:]
	all = append(all,
		dashed+"-"+mark, base+mark, strings.ReplaceAll(dashed, "-", "_")+"_"+mark, joined+mark,
		base+"-"+mark, "/"+dashed+"/"+mark, dashed+"/"+mark, dashed+"."+mark, strings.ToUpper(joined)+mark,
		last+"-"+mark, last+mark, joined[:1]+mark, mark,
	)
	if n.Pattern == "" {
		return all
	}
	return append(all,
		"{account}", "{uuid}", "{region}", "{region}a", "https://"+dashed+"-"+mark+".example.com", "s3://bucket/"+dashed+"-"+mark,
		dashed+"-"+mark+".example.com", dashed+"-"+mark+"@example.com", "10.{octet3}.{octet2}.{octet1}",
		"10.{octet3}.{octet2}.{octet1}/32", "{time}", "1.0.{n}", "1.0."+mark, "rate(1 day)", "alias/"+dashed+"-"+mark, "{}",
		dashed+"-"+mark+".json", "custom:"+joined+mark, "$"+joined+mark,
		dashed+"-"+mark+":1", "arn:{partition}:"+p.service+":{here}:"+dashed+"/"+mark,
	)
}

// baseName gives the word in a property's name that says what it names.
func (p *planner) baseName(at place) string {
	base := at.name
	for _, ending := range []string{"Name", "Identifier", "Id", "Arn", "ARN"} {
		base = strings.TrimSuffix(base, ending)
	}
	if base == "" {
		return p.t.Name.Thing()
	}
	return base
}
