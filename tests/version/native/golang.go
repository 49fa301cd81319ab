// Reads "a<TAB>b" lines, writes the relation of a to b, or "!" where one is no version: by golang.org/x/mod/semver (the
// copy that the Go distribution holds), with the "v" that OSV leaves out; by go/version where both begin with "go".
package main

import (
	"bufio"
	"fmt"
	"go/version"
	"os"
	"strings"

	"pairs/semver"
)

func compare(a, b string) string {
	if strings.HasPrefix(a, "go") && strings.HasPrefix(b, "go") {
		if !version.IsValid(a) || !version.IsValid(b) {
			return "!"
		}
		return string("<=>"[1+version.Compare(a, b)])
	}
	a, b = "v"+strings.TrimPrefix(a, "v"), "v"+strings.TrimPrefix(b, "v")
	if !semver.IsValid(a) || !semver.IsValid(b) {
		return "!"
	}
	return string("<=>"[1+semver.Compare(a, b)])
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		a, b, _ := strings.Cut(lines.Text(), "\t")
		fmt.Fprintln(out, compare(a, b))
	}
}
