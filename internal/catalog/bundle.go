package catalog

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Bounds on what is read, far above what AWS publishes (12 MB in 1,489 files),
// so that a hostile archive cannot fill the memory.
const (
	maxBundle    = 256 << 20
	maxDocument  = 16 << 20
	maxDocuments = 50_000
)

// document is one file of a bundle.
type document struct {
	name string
	text []byte
}

func readBundle(ctx context.Context, opts PullOptions) ([]document, error) {
	if strings.HasPrefix(opts.From, "http://") || strings.HasPrefix(opts.From, "https://") {
		archive, err := download(ctx, opts)
		if err != nil {
			return nil, err
		}
		return readArchive(archive)
	}
	info, err := os.Stat(opts.From)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return readFolder(opts.From)
	}
	if info.Size() > maxBundle {
		return nil, fmt.Errorf("%d bytes is more than a bundle has", info.Size())
	}
	archive, err := os.ReadFile(opts.From)
	if err != nil {
		return nil, err
	}
	return readArchive(archive)
}

// download fetches the archive. The transport gives up soon on an address that
// does not answer, since a statement may be waiting for the catalog.
func download(ctx context.Context, opts PullOptions) ([]byte, error) {
	client := &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 20 * time.Second,
	}}
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, opts.From, nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answered %s", response.Status)
	}
	counted := &progressReader{r: response.Body, total: response.ContentLength, report: opts.Progress}
	archive, err := io.ReadAll(io.LimitReader(counted, maxBundle+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the download broke off after %d bytes: %w", counted.done, err)
	case len(archive) > maxBundle:
		return nil, fmt.Errorf("more than %d bytes is more than a bundle has", maxBundle)
	}
	return archive, nil
}

type progressReader struct {
	r           io.Reader
	done, total int64
	report      func(stage string, done, total int64)
}

// Read passes on what comes and tells how much it was.
func (p *progressReader) Read(buffer []byte) (int, error) {
	n, err := p.r.Read(buffer)
	p.done += int64(n)
	p.report("download", p.done, p.total)
	return n, err
}

func readArchive(archive []byte) ([]document, error) {
	reader, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, fmt.Errorf("not a complete ZIP archive (%d bytes): %w", len(archive), err)
	}
	if len(reader.File) > maxDocuments {
		return nil, fmt.Errorf("%d files is more than a bundle has", len(reader.File))
	}
	var documents []document
	total := 0
	for _, entry := range reader.File {
		if !isSchemaFile(entry.Name) {
			continue
		}
		text, err := readBounded(entry)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", entry.Name, err)
		}
		if total += len(text); total > maxBundle {
			return nil, fmt.Errorf("unpacks to more than %d bytes", maxBundle)
		}
		documents = append(documents, document{entry.Name, text})
	}
	return documents, nil
}

func readBounded(entry *zip.File) ([]byte, error) {
	r, err := entry.Open()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
	if len(text) > maxDocument {
		err = fmt.Errorf("unpacks to more than %d bytes", maxDocument)
	}
	return text, errors.Join(err, r.Close())
}

func readFolder(folder string) ([]document, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var documents []document
	for _, entry := range entries {
		if entry.IsDir() || !isSchemaFile(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return nil, err
		}
		documents = append(documents, document{entry.Name(), text})
	}
	return documents, nil
}

// isSchemaFile also takes a catalog file's entries, so that one can be made
// from another, but not its index.
func isSchemaFile(name string) bool {
	return strings.HasSuffix(name, ".json") && name != indexEntry
}
