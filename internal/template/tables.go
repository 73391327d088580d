package template

import (
	"bytes"
	"strings"

	"skyql/internal/sqltext"
)

// blank stands in for the output of an expression: it is a letter to sqltext, and
// nothing that a name can have, since it is not UTF-8.
const blank = '\xff'

// tables knows which table the statement around a place names.
type tables struct {
	text       string
	plain      bool
	pieces     []piece
	statements []sqltext.Statement // of the text without templates; nil before it is asked
	targets    map[int]string      // by the statement's start
}

// at gives the table that the statement at the offset changes, or "".
func (t *tables) at(offset int) string {
	if t.plain {
		return ""
	}
	if t.targets == nil {
		t.statements = sqltext.Split(masked(t.text, t.pieces))
		t.targets = map[int]string{}
	}
	for i := len(t.statements) - 1; i >= 0; i-- {
		statement := t.statements[i]
		if statement.Start > offset {
			continue
		}
		target, known := t.targets[statement.Start]
		if !known {
			target = sqltext.Target(statement.Text)
			if strings.IndexByte(target, blank) >= 0 {
				target = "" // part of the name is a template
			}
			t.targets[statement.Start] = target
		}
		return target
	}
	return ""
}

// masked has every construct replaced by filler of its length, so that offsets
// stay what they are.
func masked(text string, pieces []piece) string {
	b := []byte(text)
	for _, p := range pieces {
		filler := byte(' ')
		switch p.kind {
		case dataPiece:
			continue
		case outputPiece:
			filler = blank
		}
		copy(b[p.start:p.end], bytes.Repeat([]byte{filler}, p.end-p.start))
	}
	return string(b)
}
