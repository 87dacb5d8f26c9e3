package definitions_test

import (
	"testing"
	"testing/fstest"

	"banli/definitions"
)

// TestGuides: a guide may be plain Markdown, Markdown with fields in front, or an object.
func TestGuides(t *testing.T) {
	tree := base(t)
	for name, src := range map[string]string{
		"guides/owner.md":  "# 业主指南\n\n先登记。\n",
		"guides/window.md": "---\nid: general\nname: 窗口指南\nname_en: For the window\nrole: general_window\n---\n# 综合窗口\n",
		"guides/x.yaml":    "kind: guide\nid: x\nname: X\nmarkdown: 文\n",
		"guides/bad.md":    "---\nid: [\n---\n# 坏\n",
		"guides/role.md":   "---\nrole: ownr\n---\n# Roles\n",
		"README.txt":       "not read",
		".hidden/x.yaml":   "kind: no",
	} {
		tree[name] = &fstest.MapFile{Data: []byte(src)}
	}
	_, faults := definitions.Load(tree)
	want := `guides/bad.md:2:1: cannot be read as YAML: a "[" or "{" is not closed, or a value is missing
guides/owner.md:1:1: /name: warning: "业主指南" has no English; add name_en
guides/role.md:2:7: /role: unknown role "ownr"; did you mean "owner"?`
	if faults.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", faults, want)
	}
	delete(tree, "guides/bad.md")
	delete(tree, "guides/role.md")
	c, faults := definitions.Load(tree)
	if c == nil {
		t.Fatal(faults)
	}
	got := map[string]definitions.Guide{}
	for _, g := range c.Guides {
		got[g.ID] = *g
	}
	for id, want := range map[string]definitions.Guide{
		"owner":   {ID: "owner", Name: "业主指南", Markdown: "# 业主指南\n\n先登记。\n"},
		"general": {ID: "general", Name: "窗口指南", NameEn: "For the window", Role: "general_window", Markdown: "# 综合窗口\n"},
		"x":       {ID: "x", Name: "X", Markdown: "文"},
	} {
		if got[id] != want {
			t.Errorf("%s: got %+v, want %+v", id, got[id], want)
		}
	}
}
