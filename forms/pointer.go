package forms

import (
	"fmt"
	"strconv"
	"strings"
)

var (
	escapeToken   = strings.NewReplacer("~", "~0", "/", "~1")
	unescapeToken = strings.NewReplacer("~1", "/", "~0", "~")
)

// pointer joins reference tokens to a JSON Pointer.
func pointer(tokens []string) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteByte('/')
		b.WriteString(escapeToken.Replace(t))
	}
	return b.String()
}

// tokens splits a JSON Pointer; ok is false when it neither is empty nor starts with a slash.
func tokens(ptr string) (list []string, ok bool) {
	if ptr == "" {
		return nil, true
	}
	if ptr[0] != '/' {
		return nil, false
	}
	list = strings.Split(ptr[1:], "/")
	for i, t := range list {
		list[i] = unescapeToken.Replace(t)
	}
	return list, true
}

// child extends a path without sharing the parent's backing array.
func child(path []string, token string) []string {
	return append(path[:len(path):len(path)], token)
}

// row extends a path by the index of a row.
func row(path []string, i int) []string { return child(path, strconv.Itoa(i)) }

// lookup finds the value a path leads to.
func lookup(v any, path []string) (any, bool) {
	for _, t := range path {
		switch c := v.(type) {
		case map[string]any:
			next, ok := c[t]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			i, ok := index(t)
			if !ok || i >= len(c) {
				return nil, false
			}
			v = c[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// index reads an array index as JSON Pointer writes it: no sign, no leading zero.
func index(t string) (int, bool) {
	if t == "" || len(t) > 6 || len(t) > 1 && t[0] == '0' {
		return 0, false
	}
	for _, r := range t {
		if r < '0' || r > '9' {
			return 0, false
		}
	}
	i, err := strconv.Atoi(t)
	return i, err == nil
}

// htmlID makes an id of a path, different for different paths and safe in HTML,
// URLs and selectors: slash is "-", any other character outside A–Z, a–z, 0–9
// and _ is "--hex-", and an empty token is "--0-".
func htmlID(prefix string, path []string) string {
	var b strings.Builder
	b.WriteString(prefix)
	for _, t := range path {
		b.WriteByte('-')
		if t == "" {
			b.WriteString("--0-")
		}
		for _, r := range t {
			switch {
			case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '_':
				b.WriteRune(r)
			case r == 0:
				b.WriteString("--00-")
			default:
				fmt.Fprintf(&b, "--%x-", r)
			}
		}
	}
	return b.String()
}
