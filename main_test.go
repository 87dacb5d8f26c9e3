package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"banli": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true,
		UpdateScripts: os.Getenv("UPDATE") != "",
		Setup: func(e *testscript.Env) error {
			root, err := os.Getwd()
			e.Setenv("ROOT", root)
			return err
		},
	})
}

// A demo prints its address and serves; when it is interrupted it ends well and leaves nothing behind.
func TestDemo(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, print := io.Pipe()
	code := make(chan int, 1)
	var told bytes.Buffer // read once it has ended
	go func() {
		code <- run(ctx, []string{"demo", "--projects", "40", "--listen", "127.0.0.1:0"}, streams{strings.NewReader(""), print, &told}, func(string) (string, bool) { return "", false })
		print.Close()
	}()
	lines := bufio.NewScanner(out)
	var url string
	for url == "" && lines.Scan() {
		url = regexp.MustCompile(`http://\S+`).FindString(lines.Text())
	}
	go io.Copy(io.Discard, out) //nolint:errcheck // only so that the demo never waits for a reader
	resp, err := http.Get(url + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || !strings.Contains(string(page), "演示环境") {
		t.Errorf("GET / = %s, want the start page with the demo's bar; got %.300s", resp.Status, page)
	}
	stop()
	if got := <-code; got != 0 {
		t.Errorf("exit code %d, want 0", got)
	}
	if told.Len() > 0 { // its past is played: nothing in it is late, or a failure
		t.Errorf("the demo complains:\n%s", &told)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("the demo left %v behind (%v)", left, err)
	}
}
