package acceptance

import (
	"archive/zip"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// zip ARCHIVE FOLDER packs the files of a folder.
func makeZip(ts *testscript.TestScript, neg bool, args []string) {
	refuseNegation(ts, neg, "zip")
	if len(args) != 2 {
		ts.Fatalf("usage: zip ARCHIVE FOLDER")
	}
	file, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	defer file.Close()
	archive := zip.NewWriter(file)
	ts.Check(archive.AddFS(os.DirFS(ts.MkAbs(args[1]))))
	ts.Check(archive.Close())
}

// cut FILE BYTES leaves only the beginning of a file.
func cutFile(ts *testscript.TestScript, neg bool, args []string) {
	refuseNegation(ts, neg, "cut")
	if len(args) != 2 {
		ts.Fatalf("usage: cut FILE BYTES")
	}
	length, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), length))
}

// text NAME FILE puts what is in a file into a variable.
func readText(ts *testscript.TestScript, neg bool, args []string) {
	refuseNegation(ts, neg, "text")
	if len(args) != 2 {
		ts.Fatalf("usage: text NAME FILE")
	}
	ts.Setenv(args[0], ts.ReadFile(args[1]))
}

// crlf FILE… ends each line as Windows does.
func endLines(ts *testscript.TestScript, neg bool, args []string) {
	refuseNegation(ts, neg, "crlf")
	for _, name := range args {
		text := strings.ReplaceAll(ts.ReadFile(name), "\n", "\r\n")
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o644))
	}
}

// bom FILE… puts the mark of UTF-8 in front, as some editors do.
func addMark(ts *testscript.TestScript, neg bool, args []string) {
	refuseNegation(ts, neg, "bom")
	for _, name := range args {
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte("\ufeff"+ts.ReadFile(name)), 0o644))
	}
}

// files NAME FOLDER serves a folder over HTTP and puts the address into $NAME.
func serveFiles(ts *testscript.TestScript, neg bool, args []string) {
	refuseNegation(ts, neg, "files")
	if len(args) != 2 {
		ts.Fatalf("usage: files NAME FOLDER")
	}
	server := httptest.NewServer(http.FileServer(http.Dir(filepath.Clean(ts.MkAbs(args[1])))))
	ts.Defer(server.Close)
	ts.Setenv(args[0], server.URL)
}
