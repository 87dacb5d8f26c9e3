package forms

// Prune gives the answers without those of hidden fields. A hidden answer opens
// nothing, so what it had opened goes too.
func (f *Form) Prune(answers map[string]any) map[string]any {
	root, _ := clone(answers).(map[string]any)
	if root == nil {
		root = map[string]any{}
	}
	for f.root.prune(root, root, nil) {
	}
	return root
}

func (n *node) prune(v any, root map[string]any, path []string) (changed bool) {
	switch v := v.(type) {
	case map[string]any:
		for _, p := range n.props {
			e, ok := v[p.name]
			switch {
			case !ok:
			case !p.shown.holds(root, path):
				delete(v, p.name)
				changed = true
			case !p.node.leaf():
				changed = p.node.prune(e, root, child(path, p.name)) || changed
			}
		}
	case []any:
		for i, e := range v {
			if entry := n.entry(i); entry != nil && !entry.leaf() {
				changed = entry.prune(e, root, row(path, i)) || changed
			}
		}
	}
	return changed
}

// shown tells whether nothing on the way to a path is hidden; live are pruned answers.
func (f *Form) shown(path []string, live map[string]any) bool {
	n := f.root
	for i, t := range path {
		if n.kind == Group {
			if p, _ := n.prop(t); p != nil && !p.shown.holds(live, path[:i]) {
				return false
			}
		}
		if n = n.next(t); n == nil {
			break
		}
	}
	return true
}

// Stop is the problem of an answer that ends the form (x-stop): nothing of it may be stored.
func (f *Form) Stop(answers map[string]any) (Problem, bool) { return f.stopped(f.Prune(answers)) }

func (f *Form) stopped(live map[string]any) (found Problem, ok bool) {
	f.root.each(live, nil, func(n *node, v any, path []string) {
		if !ok && n.stop != nil && equal(v, n.stop.value) {
			found, ok = f.problem(path, "stop", "message", n.stop.message.zh, "message_en", n.stop.message.en), true
		}
	})
	return found, ok
}

// each calls f for every answer there is, in page order.
func (n *node) each(v any, path []string, f func(n *node, v any, path []string)) {
	f(n, v, path)
	switch v := v.(type) {
	case map[string]any:
		for _, p := range n.props {
			if e, ok := v[p.name]; ok {
				p.node.each(e, child(path, p.name), f)
			}
		}
	case []any:
		if n.leaf() {
			return
		}
		for i, e := range v {
			if entry := n.entry(i); entry != nil {
				entry.each(e, row(path, i), f)
			}
		}
	}
}
