package screen

import (
	"strings"

	"banli/forms"
	"banli/internal/web"
	"banli/server/casework"
)

// Material is a material as a list shows it, with its files. href gives the address of a file; "" where there is none.
// To take files, set Input and Defer on the answer.
func Material(r *web.Request, m casework.MaterialState, href func(casework.FileRef) string) web.Material {
	t := func(key string, args ...any) string { return T(r.Lang, key, args...) }
	out := web.Material{
		ID: "m-" + m.ID, Name: r.Lang.Pick(m.Name, m.NameEn), Deferred: m.Deferred,
		Accept: "." + strings.Join(m.Types, ",."), Many: true,
	}
	var hint []string
	if m.Source != "" {
		out.Accept = ""
	} else if len(m.Types) > 0 {
		hint = append(hint, t("material.types", "types", strings.ToUpper(strings.Join(m.Types, " / ")), "n", max(m.MaxMB, 20)))
	} else {
		out.Accept = ""
	}
	for _, s := range []string{r.Lang.Pick(m.WhenText, m.WhenEn), m.Where, m.Note} {
		if s != "" {
			hint = append(hint, s)
		}
	}
	out.Hint = strings.Join(hint, t("material.stop"))
	need := web.Tag{Text: t("material.optional")}
	switch {
	case m.Required == "always":
		need = web.Tag{Text: t("material.required"), Kind: "req"}
	case m.Needed:
		need = web.Tag{Text: t("material.required_here"), Kind: "req"}
	}
	out.Tags = append(out.Tags, need)
	if m.Form != "" {
		out.Tags = append(out.Tags, web.Tag{Text: t("material.form." + m.Form)})
	}
	if m.Deferrable {
		out.Tags = append(out.Tags, web.Tag{Text: t("material.deferrable"), Kind: "tol"})
	}
	switch {
	case len(m.Files) > 0:
		out.State, out.Status = "done", t("material.given")
	case m.Source != "":
		out.State, out.Status = "done", t("material.source."+m.Source)
	case m.Shared:
		out.State, out.Status = "done", t("material.shared")
	case m.Deferred:
		out.State, out.Status = "soon", t("material.deferred")
	case m.Missing():
		out.State, out.Status = "urgent", t("material.missing")
	default:
		out.Status = t("material.not_needed")
	}
	for _, f := range m.Files {
		out.Files = append(out.Files, web.File{Name: f.Name, Size: web.Bytes(f.Size), Href: href(f)})
	}
	return out
}

// FileInput and DeferInput begin the names of a material's controls in a post.
const (
	FileInput  = "file:"
	DeferInput = "defer:"
)

// AskMaterial is a material with the controls that take its files.
func AskMaterial(r *web.Request, m casework.MaterialState, href func(casework.FileRef) string) web.Material {
	out := Material(r, m, href)
	if m.Shared && len(m.Files) == 0 {
		return out // nothing is asked twice
	}
	out.Input = FileInput + m.ID
	if m.Deferrable {
		out.Defer, out.DeferBy = DeferInput+m.ID, T(r.Lang, "material.defer_by")
	}
	return out
}

// Summary is the one summary of a page: the problems of its form, then those of its materials.
func Summary(form forms.View, materials web.ErrorSummary) web.ErrorSummary {
	var s web.ErrorSummary
	for _, p := range form.Problems {
		if link := (web.ErrorLink{Target: p.Target, Text: p.Text}); p.Warning {
			s.Warnings = append(s.Warnings, link)
		} else {
			s.Errors = append(s.Errors, link)
		}
	}
	s.Errors = append(s.Errors, materials.Errors...)
	return s
}

// MaterialProblems puts each problem beside its material, and gives the summary of all.
func MaterialProblems(r *web.Request, list []web.Material, problems []forms.Problem) web.ErrorSummary {
	var sum web.ErrorSummary
	for _, p := range problems {
		name := strings.TrimPrefix(p.Pointer, "/materials/")
		id := "m-" + name
		link := web.ErrorLink{}
		for i := range list {
			if list[i].ID == id {
				name, link.Target = list[i].Name, id
			}
		}
		args := []any{"name", name}
		for k, v := range p.Params {
			args = append(args, k, v)
		}
		link.Text = T(r.Lang, "material.problem."+p.Code, args...)
		for i := range list {
			if list[i].ID == id {
				list[i].Problem = link.Text
			}
		}
		sum.Errors = append(sum.Errors, link)
	}
	return sum
}
