package main

import (
	"fmt"
	"io"
	"path/filepath"

	"banli/definitions"
)

// runMutants prints the changes that no test notices, and how many are noticed.
func runMutants(out io.Writer, t tree, cat *definitions.Catalogue, least float64, verbose bool) error {
	enough := true
	for _, m := range definitions.Mutate(cat) {
		flow := m.ID != ""
		for _, alive := range m.Alive {
			if flow || verbose {
				p := alive.Place
				p.File = filepath.Join(t.dir, filepath.FromSlash(p.File))
				fmt.Fprintf(out, "%v %s，没有用例发现 · %s, no test notices\n", p, alive.Zh(), alive.En())
			}
		}
		name := "事项时限 · limits of items"
		if flow {
			name = m.ID
			enough = enough && m.Percent() >= least
		}
		fmt.Fprintf(out, "%s: %d/%d %.0f%% （不计 %d 处 · %d left out）\n", name, m.Killed, m.Total(), m.Percent(), m.LeftOut, m.LeftOut)
	}
	if !enough {
		fmt.Fprintf(out, "少于 %g%% · less than %g%%\n", least, least)
		return errFound
	}
	return nil
}
