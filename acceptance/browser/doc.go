// Package browser runs the documentation pages in a real browser. It is switched
// on by SKYQL_TEST_BROWSER, the path of a Chromium.
package browser
