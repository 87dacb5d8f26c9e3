package definitions

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"banli/engine/flow"

	"gopkg.in/yaml.v3"
)

// Load reads every YAML file of a tree (and the Markdown guides), checks it, and compiles it. All faults of all files
// are found in one run. The catalogue is nil when any of them is an error; warnings do not prevent it.
func Load(fsys fs.FS) (*Catalogue, Faults) { return new(Loader).Load(fsys) }

// Loader loads trees that change little from one time to the next, such as a draft while somebody edits it: a file that
// is as it was is not parsed again. It may be used by several goroutines.
type Loader struct {
	mu    sync.Mutex
	files map[string]*readOnce // by name
}

// readOnce is what one file says by itself. Its objects are copied for each load, which may find more wrong with them.
type readOnce struct {
	src     []byte
	objects []object
	faults  Faults
	unread  map[string]bool
}

// Load is [Load].
func (ld *Loader) Load(fsys fs.FS) (*Catalogue, Faults) {
	l := ld.load(fsys)
	faults := l.faults.sorted()
	if faults.Failed() {
		return nil, faults
	}
	return l.cat, faults
}

func (ld *Loader) load(fsys fs.FS) *loader {
	l := &loader{
		read: ld.read,
		cat: &Catalogue{
			CodeLists: map[string]*CodeList{}, Forms: map[string]*Form{}, Flows: map[string]*Flow{},
			Documents: map[string]*Document{}, Files: map[string][]byte{},
		},
		lines: map[string][]string{},
		specs: map[string]flow.Spec{}, sources: map[*Item]*object{}, unread: map[string]bool{}, reached: map[string]*reach{},
	}
	for _, p := range passes {
		p.run(l, fsys)
	}
	return l
}

// passes run in this order: each relies on what the ones before it made or proved. Reading comes first; then kinds in
// the order in which they refer to each other (a form may choose from the items); expressions are typed by forms and
// parameters, so they come after them; proofs about a flow need all of it.
var passes = []struct {
	name string
	run  func(*loader, fs.FS)
}{
	{"read files, syntax, shape, duplicate ids", (*loader).readFiles},
	{"catalogue: parameters, policies, stages", (*loader).readCatalogue},
	{"calendar", (*loader).readCalendar},
	{"departments, code lists, documents, guides", (*loader).readSmall},
	{"flows: read", (*loader).readFlows},
	{"items: read", (*loader).readItems},
	{"forms", (*loader).readForms},
	{"types of expressions", (*loader).typeExpressions},
	{"flows: references, reachability, clocks, holds", (*loader).checkFlows},
	{"decision tables", (*loader).checkTables},
	{"flows: compile", (*loader).compileFlows},
	{"flows: conditions, numbers and facts; parameters read", (*loader).checkRules},
	{"items: compile expressions", (*loader).compileItems},
	{"answers nobody can give", (*loader).checkValues},
	{"items: references, limits, materials, validity", (*loader).checkItems},
	{"items: prerequisites", (*loader).checkPrerequisites},
	{"documents: templates", (*loader).checkDocuments},
	{"tests", (*loader).readTests},
	{"translations", (*loader).checkTranslations},
}

// loader is the state of one load.
type loader struct {
	read    func(name string, src []byte) *readOnce
	cat     *Catalogue
	faults  Faults
	lines   map[string][]string // of each file, for places inside expressions
	objects []*object
	known   map[string][]string // ids by kind, each once
	specs   map[string]flow.Spec
	sources map[*Item]*object
	unread  map[string]bool // kinds of which some object could not be read: their ids are not all known
	env     environment
	params  map[string]any
	limits  map[string][]clockLimit // by flow
	reached map[string]*reach       // by flow, of those whose names are all known
}

// object is one object of a file: a YAML document with a kind and an id.
type object struct {
	file     string
	kind, id string
	value
	text     string // its source, for digests
	broken   bool   // its shape cannot be relied on; checks that would only repeat that pass it by
	misspelt bool   // it has a field that is not known, so another one may be missing
	paths    map[*yaml.Node]string
}

// pointer says where in the object a value stands.
func (o *object) pointer(v value) string {
	if o.paths == nil {
		o.paths = pointers(o.n)
	}
	return o.paths[v.n]
}

func (l *loader) readFiles(fsys fs.FS) {
	var names []string
	walk := func(name string, e fs.DirEntry, err error) error {
		hidden := name != "." && strings.HasPrefix(path.Base(name), ".")
		switch {
		case err != nil:
			l.add(Fault{File: name, Line: 1, Col: 1, Code: "unreadable", Message: "cannot be read: " + reason(err)})
			if e != nil && e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case e.IsDir() && hidden:
			return fs.SkipDir
		case e.IsDir() || hidden:
			return nil
		}
		ext := path.Ext(name)
		if ext != ".yaml" && ext != ".yml" && ext != ".md" {
			return nil
		}
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			l.add(Fault{File: name, Line: 1, Col: 1, Code: "unreadable", Message: "cannot be read: " + reason(err)})
			return nil
		}
		l.cat.Files[name], names = src, append(names, name)
		return nil
	}
	_ = fs.WalkDir(fsys, ".", walk) // walk reports every error itself
	parts := make([]*readOnce, len(names))
	inParallel(len(names), func(i int) { parts[i] = l.read(names[i], l.cat.Files[names[i]]) })
	for _, p := range parts {
		for _, o := range p.objects {
			l.objects = append(l.objects, &o)
		}
		l.faults = append(l.faults, p.faults...)
		maps.Copy(l.unread, p.unread)
	}
	l.cat.Revision = digestFiles(l.cat.Files)
	l.known = map[string][]string{}
	for _, o := range l.objects {
		if o.id != "" && !slices.Contains(l.known[o.kind], o.id) {
			l.known[o.kind] = append(l.known[o.kind], o.id)
		}
	}
	l.checkIDs()
}

// read gives what a file says, from before where it is as it was.
func (ld *Loader) read(name string, src []byte) *readOnce {
	ld.mu.Lock()
	f := ld.files[name]
	ld.mu.Unlock()
	if f != nil && bytes.Equal(f.src, src) {
		return f
	}
	f = readFile(name, src)
	ld.mu.Lock()
	defer ld.mu.Unlock()
	if ld.files == nil {
		ld.files = map[string]*readOnce{}
	}
	ld.files[name] = f
	return f
}

// readFile reads the objects of one file, independently of all others.
func readFile(name string, src []byte) *readOnce {
	l := &loader{cat: &Catalogue{Files: map[string][]byte{name: src}}, lines: map[string][]string{}, unread: map[string]bool{}}
	switch {
	case path.Ext(name) == ".md":
		l.readMarkdown(name, string(src))
	case len(src) <= maxDocument && !bytes.Contains(src, []byte("\n---")) && !bytes.Contains(src, []byte("\n...")): // one document, as nearly all are
		if doc := (document{text: string(src), src: src}); !doc.blank() {
			l.readDocument(name, doc)
		}
	default:
		for doc, err := range documents(bytes.NewReader(src)) {
			if err != nil {
				l.add(Fault{File: name, Line: doc.line + 1, Col: 1, Code: "syntax", Message: err.Error()})
				continue
			}
			l.readDocument(name, doc)
		}
	}
	f := &readOnce{src: src, faults: l.faults, unread: l.unread}
	for _, o := range l.objects {
		f.objects = append(f.objects, *o)
	}
	return f
}

func (l *loader) readDocument(name string, doc document) {
	root, err := parse(doc)
	if err != nil {
		f := Fault{File: name, Line: doc.line + 1, Col: 1, Code: "syntax", Message: err.Error()}
		if s, ok := errors.AsType[*syntaxError](err); ok {
			f.Line, f.Message = s.line, s.message
		}
		l.add(f)
		if m := kindLine.FindStringSubmatch(doc.text); m != nil {
			l.unread[m[1]] = true
		}
		return
	}
	l.readObject(&object{file: name, value: value{n: root}, text: doc.text})
}

var kindLine = regexp.MustCompile(`(?m)^kind: *([a-z]+)`)

// readObject compares an object with the schema of its kind and keeps it.
func (l *loader) readObject(o *object) {
	o.kind, o.id = o.get("kind").text(), o.get("id").text()
	if !slices.Contains(kinds, o.kind) {
		if k := o.get("kind"); k.ok() {
			l.fault(o, k, "unknown-kind", fmt.Sprintf("unknown kind %s", quote(k.text())), nearest(o.kind, kinds))
		} else {
			l.fault(o, o.value, "unknown-kind", "found no kind, expected one of "+strings.Join(kinds, ", "), "")
		}
		return
	}
	p := shapePass{report: func(v value, key bool, code, message, hint string) {
		o.misspelt = o.misspelt || key
		l.fault(o, v, code, message, hint)
	}}
	p.check(o.value, shapes()[o.kind])
	o.broken = p.broken
	l.objects = append(l.objects, o)
}

// checkIDs finds objects that claim the id of another one of their kind. Revisions of an item share its id.
func (l *loader) checkIDs() {
	first := map[string]*object{}
	for _, o := range l.objects {
		if o.id == "" || o.kind == "item" || o.kind == "tests" {
			continue
		}
		key := o.kind + " " + o.id
		if o.kind == "catalogue" {
			key = o.kind
		}
		if f := first[key]; f != nil {
			what := fmt.Sprintf("%s %q", words(o.kind), o.id)
			if o.kind == "catalogue" {
				what = "the catalogue"
			}
			l.fault(o, o.get("id"), "duplicate-id", fmt.Sprintf("%s is declared twice, first at %v", what, f.get("id").place(f)), "")
			o.broken = true
			continue
		}
		first[key] = o
	}
}

// of lists the objects of a kind in the order of files.
func (l *loader) of(kind string) []*object {
	var out []*object
	for _, o := range l.objects {
		if o.kind == kind {
			out = append(out, o)
		}
	}
	return out
}

// ids lists the known ids of a kind, each once.
func (l *loader) ids(kind string) []string { return l.known[kind] }

// refer checks that a value names a known object. An absent value refers to nothing.
func (l *loader) refer(o *object, v value, kind string) {
	if !v.ok() || v.n.Value == "" {
		return
	}
	if known := l.ids(kind); !l.unread[kind] && !slices.Contains(known, v.text()) {
		l.fault(o, v, "unknown-"+kind, fmt.Sprintf("unknown %s %q", words(kind), v.text()), nearest(v.text(), known))
	}
}

func words(kind string) string {
	if kind == "codelist" {
		return "code list"
	}
	return kind
}

func (l *loader) fault(o *object, v value, code, message, hint string) {
	at := v.place(o)
	l.add(Fault{File: at.File, Line: at.Line, Col: at.Col, Path: o.pointer(v), Code: code, Message: message, Hint: hint})
}

func (l *loader) warn(o *object, v value, code, message, hint string) {
	at := v.place(o)
	l.add(Fault{File: at.File, Line: at.Line, Col: at.Col, Path: o.pointer(v), Code: code, Severity: Warning, Message: message, Hint: hint})
}

// faultInside reports a fault at a character of the expression of v.
func (l *loader) faultInside(o *object, v value, offset int, code, message, hint string) {
	v, offset = v.inside(offset)
	f := Fault{File: o.file, Path: o.pointer(v), Code: code, Message: message, Hint: hint}
	if v.n == nil {
		v.n = o.n
	}
	f.Line, f.Col = locate(l.linesOf(o.file), v.n, offset)
	l.add(f)
}

// linesOf are the lines of a file, which only its faults need.
func (l *loader) linesOf(file string) []string {
	src, known := l.cat.Files[file]
	if l.lines[file] == nil && known {
		l.lines[file] = textLines(src)
	}
	return l.lines[file]
}

// add keeps a fault, moved inside the file where the parser counted past its end.
func (l *loader) add(f Fault) {
	if f.Severity == "" {
		f.Severity = Error
	}
	if lines := l.linesOf(f.File); len(lines) > 0 {
		f.Line = min(max(f.Line, 1), len(lines))
		f.Col = min(max(f.Col, 1), len([]rune(lines[f.Line-1]))+1)
	}
	l.faults = append(l.faults, f)
}

// place of a value; an absent one stands where its object begins.
func (v value) place(o *object) Place {
	n := v.n
	if n == nil {
		n = o.n
	}
	return Place{o.file, n.Line, n.Column}
}

func reason(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// digestFiles names the state of a tree: the same files with the same content give the same digest.
func digestFiles(files map[string][]byte) string {
	h := sha256.New()
	for _, name := range sortedKeys(files) {
		h.Write(fmt.Appendf(nil, "%d %s %d\n", len(name), name, len(files[name])))
		h.Write(files[name])
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:12]
}
