package browser

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"skyql/internal/catalog"
	"skyql/internal/docgen"
	"skyql/internal/docgen/site"
	"skyql/internal/schema/schematest"
)

// Variables that switch the tests on, and that name a folder for screenshots and
// the file of the accessibility checker.
const (
	browserVariable     = "SKYQL_TEST_BROWSER"
	axeVariable         = "SKYQL_TEST_AXE"
	screenshotsVariable = "SKYQL_SCREENSHOTS"
)

const page = "/cognito/user_pool_clients.html"

// tab is a page of a browser that notes what must not happen.
type tab struct {
	t    *testing.T
	ctx  context.Context
	site string

	mu      sync.Mutex // guards the rest
	faults  []string   // on the console, and exceptions
	foreign []string   // requests to other hosts
}

// openSite serves the pages of a catalog, and starts a browser.
func openSite(t *testing.T) *tab {
	t.Helper()
	path := os.Getenv(browserVariable)
	if path == "" {
		t.Skipf("the pages are not tried in a browser: set %s to the path of a Chromium", browserVariable)
	}
	types := catalog.Starter()
	if os.Getenv(schematest.Variable) != "" {
		types = pulled(t)
	}
	library := docgen.New(types)
	pages, err := site.New(library, library.Types())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(pages.Handler(slog.New(slog.DiscardHandler)))
	t.Cleanup(server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
	allocated, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	b := &tab{t: t, site: server.URL}
	ctx, stop := chromedp.NewContext(allocated, chromedp.WithListener(b.hear))
	t.Cleanup(stop)
	b.ctx = ctx
	b.do(command(network.Enable, network.EnableParams{}), command(log.Enable, cdp.Empty{}))
	ctx, end := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(end)
	b.ctx = ctx
	return b
}

// pulled gives the catalog of the full bundle.
func pulled(t *testing.T) *catalog.Catalog {
	t.Helper()
	path := filepath.Join(t.TempDir(), "catalog.zip")
	if _, err := catalog.Pull(t.Context(), catalog.PullOptions{From: schematest.Path(t), Path: path, Now: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}
	types, err := catalog.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = types.Close() })
	return types
}

func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.faults = append(b.faults, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" {
			b.faults = append(b.faults, e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		if at, err := url.Parse(e.Request.URL); err != nil || at.Host != "" && !strings.HasPrefix(b.site, "http://"+at.Host) {
			b.foreign = append(b.foreign, e.Request.URL)
		}
	}
}

// command is an action that sends a command of the protocol.
func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// value evaluates an expression of the page.
func value[T any](b *tab, expression string) (result T) {
	b.t.Helper()
	result, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatal(err)
	}
	return result
}

// quiet checks that nothing went wrong and nothing was asked of others.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, fault := range b.faults {
		b.t.Errorf("the browser complains: %s", fault)
	}
	for _, request := range b.foreign {
		b.t.Errorf("a request left for %s", request)
	}
}

func TestTabs(t *testing.T) {
	t.Parallel()
	b := openSite(t)
	b.do(chromedp.Navigate(b.site+page), chromedp.WaitVisible(chromedp.CSS(`#fields-get`)))
	if !value[bool](b, `document.getElementById("fields-list").hidden`) {
		t.Error("both tabs are open at first")
	}
	b.do(chromedp.Click(chromedp.CSS(`[id="tab.fields-list"]`)), chromedp.WaitVisible(chromedp.CSS(`#fields-list`)))
	if hash := value[string](b, `location.hash`); hash != "#fields-list" || !value[bool](b, `document.getElementById("fields-get").hidden`) {
		t.Errorf("want the list tab open and in the address, have %q", hash)
	}
	b.do(chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS(`#fields-list`)))
	if value[string](b, `document.querySelector('[id="tab.fields-list"]').getAttribute("aria-selected")`) != "true" {
		t.Error("the tab is not kept over a reload")
	}
	b.do(chromedp.Focus(chromedp.CSS(`[id="tab.fields-list"]`)), chromedp.KeyEvent(kb.ArrowLeft), chromedp.WaitVisible(chromedp.CSS(`#fields-get`)))
	b.quiet()
}

func TestCopy(t *testing.T) {
	t.Parallel()
	b := openSite(t)
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		_, err := chromedp.CallBrowser(b.ctx, cdpbrowser.SetPermission, cdpbrowser.SetPermissionParams{
			Permission: &cdpbrowser.PermissionDescriptor{Name: name}, Setting: cdpbrowser.PermissionSettingGranted, Origin: b.site,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	b.do(
		chromedp.Navigate(b.site+page), chromedp.WaitVisible(chromedp.CSS(`[data-copies="sql.select-get"]`)),
		chromedp.Click(chromedp.CSS(`[data-copies="sql.select-get"]`)), chromedp.Poll[chromedp.Void](`document.querySelector('[data-copies="sql.select-get"]').textContent === "Copied"`),
	)
	shown := value[string](b, `document.getElementById("sql.select-get").textContent`)
	if copied := value[string](b, `navigator.clipboard.readText()`); copied != shown || !strings.HasPrefix(copied, "SELECT") {
		t.Errorf("want what is shown on the clipboard, have %q", copied)
	}
	b.quiet()
}

func TestSearch(t *testing.T) {
	t.Parallel()
	b := openSite(t)
	b.do(chromedp.Navigate(b.site+"/index.html"), chromedp.WaitVisible(chromedp.CSS(`#search`)), chromedp.KeyEvent("/"))
	if value[string](b, `document.activeElement.id`) != "search" {
		t.Error("the slash does not lead to the search")
	}
	b.do(
		chromedp.Evaluate[chromedp.Void](`document.getElementById("search").value = ""`), // the driver types the slash although the page took the key
		chromedp.SendKeys(chromedp.CSS(`#search`), "refresh_token_validity"), chromedp.WaitVisible(chromedp.CSS(`#results a`)),
		chromedp.Click(chromedp.CSS(`#results a[href*="user_pool_clients"]`)), chromedp.WaitVisible(chromedp.CSS(`#fields-get`)),
	)
	if at := value[string](b, `location.pathname`); at != page {
		t.Errorf("the search leads to %s", at)
	}
	b.quiet()
}

func TestNestedFields(t *testing.T) {
	t.Parallel()
	b := openSite(t)
	const inner = "field.token_validity_units.id_token"
	b.do(chromedp.Navigate(b.site+page), chromedp.WaitVisible(chromedp.CSS(`#fields-get`)))
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => d.open = false)`))
	b.do(chromedp.Click(chromedp.CSS(`[id="field.token_validity_units"] > details > summary`)), chromedp.WaitVisible(chromedp.CSS(`[id="`+inner+`"]`)))
	// A link to a field opens what it lies in.
	b.do(chromedp.Navigate(b.site+page+"?again#"+inner), chromedp.WaitVisible(chromedp.CSS(`[id="`+inner+`"]`)))
	b.quiet()
}

func TestTheme(t *testing.T) {
	t.Parallel()
	b := openSite(t)
	b.do(chromedp.Navigate(b.site+page), chromedp.WaitVisible(chromedp.CSS(`#theme`)))
	before := value[string](b, `getComputedStyle(document.body).backgroundColor`)
	b.do(chromedp.Click(chromedp.CSS(`#theme`)), chromedp.Reload(), chromedp.WaitVisible(chromedp.CSS(`#theme`)))
	if after := value[string](b, `getComputedStyle(document.body).backgroundColor`); after == before {
		t.Errorf("the colours are not kept: %s", after)
	}
	b.quiet()
}

// sizes are a desk and a telephone.
var sizes = map[string][2]int64{"desk": {1280, 900}, "phone": {390, 844}}

// Nothing is wider than the screen, nothing is hard to use, and pictures are made
// if a folder is named.
func TestEveryKindOfPage(t *testing.T) {
	t.Parallel()
	b := openSite(t)
	checker, err := os.ReadFile(os.Getenv(axeVariable))
	if err != nil {
		t.Logf("accessibility is not checked: set %s to the path of axe.min.js", axeVariable)
	}
	for name, path := range map[string]string{
		"index": "/index.html", "service": "/cognito/index.html", "table": page, "wide": "/ec2/instances.html",
	} {
		for size, pixels := range sizes {
			for _, scheme := range []string{"light", "dark"} {
				b.do(
					chromedp.EmulateViewport(pixels[0], pixels[1]),
					command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}),
					chromedp.Navigate(b.site+path), chromedp.WaitVisible(chromedp.CSS(`main`)),
				)
				if over := value[int64](b, `document.documentElement.scrollWidth - window.innerWidth`); over > 0 {
					t.Errorf("%s on a %s is %d pixels too wide", name, size, over)
				}
				if checker != nil {
					b.accessible(t, name+" on a "+size+", "+scheme, string(checker))
				}
				b.picture(name + "-" + size + "-" + scheme + ".png")
			}
		}
	}
	b.quiet()
}

// finding is something that a page makes hard for somebody.
type finding struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML string }
}

// accessible runs the checker and wants nothing serious.
//
// https://github.com/dequelabs/axe-core/blob/develop/doc/API.md
func (b *tab) accessible(t *testing.T, name, checker string) {
	t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](checker))
	for _, f := range value[[]finding](b, `axe.run().then(r => r.violations)`) {
		if f.Impact == "serious" || f.Impact == "critical" {
			t.Errorf("%s: %s (%s): %s", name, f.Help, f.ID, f.Nodes[0].HTML)
		}
	}
}

func (b *tab) picture(name string) {
	folder := os.Getenv(screenshotsVariable)
	if folder == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
