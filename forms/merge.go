package forms

// Merge gives posted answers the prior answers of read-only fields and of what is
// no question of the form. Rows are matched by their place, and only while their
// number is the same.
func (f *Form) Merge(prior, posted map[string]any) map[string]any {
	merged, _ := f.root.merge(prior, posted).(map[string]any)
	if merged == nil {
		merged = map[string]any{}
	}
	return merged
}

func (n *node) merge(prior, posted any) any {
	switch n.kind {
	case Group:
		old, _ := prior.(map[string]any)
		now, isMap := posted.(map[string]any)
		if !isMap && posted != nil {
			return posted
		}
		out := make(map[string]any, len(now))
		for k, v := range old {
			if p, _ := n.prop(k); p == nil {
				out[k] = v
			}
		}
		for _, p := range n.props {
			if v := p.node.merge(old[p.name], now[p.name]); v != nil {
				out[p.name] = v
			} else if v, ok := now[p.name]; ok {
				out[p.name] = v // an explicit null
			}
		}
		if len(out) == 0 && posted == nil {
			return nil
		}
		return out
	case Rows:
		old, _ := prior.([]any)
		now, isList := posted.([]any)
		if !isList || len(old) != len(now) {
			return posted
		}
		out := make([]any, len(now))
		for i := range now {
			if entry := n.entry(i); entry != nil {
				out[i] = entry.merge(old[i], now[i])
			} else {
				out[i] = now[i]
			}
		}
		return out
	}
	if n.readOnly || n.kind == Output {
		return prior
	}
	return posted
}
