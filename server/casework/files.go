package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"banli/definitions"
	"banli/engine/flow"
	"banli/forms"
	"banli/store"
)

// maxFile is the largest file anybody may hand in, in bytes; items may allow less.
const maxFile = 1 << 30

// PutFile keeps a file; what it is, is looked up in its content. It is reachable only through the case it is
// handed in to. [store.ErrTooLarge] above 1 GiB.
func (s *Service) PutFile(ctx context.Context, actor flow.Actor, name string, r io.Reader) (FileRef, error) {
	if actor.User == "" {
		return FileRef{}, fmt.Errorf("keep file %q for nobody: %w", name, store.ErrNotFound)
	}
	info, err := s.Store.PutFile(ctx, r, maxFile)
	if err != nil {
		return FileRef{}, fmt.Errorf("keep file %q: %w", name, err)
	}
	ref := FileRef{info.Digest, fileName(name), info.Size, info.Type, s.instant(), actor.User}
	data, err := json.Marshal(ref)
	if err != nil {
		return FileRef{}, err
	}
	doc := &store.Doc{ID: uploadID(actor, ref), Data: data, Expires: time.Now().Add(keepDrafts)}
	if err := s.Store.Docs("uploads").Insert(ctx, doc); err != nil && !errors.Is(err, store.ErrExists) {
		return FileRef{}, fmt.Errorf("keep file %q: %w", name, err)
	}
	return ref, nil
}

// uploadID names an upload by who sent what: knowing a digest is not enough to hand a file in.
func uploadID(actor flow.Actor, f FileRef) string { return actor.User + "/" + f.Digest + "/" + f.Name }

// attach adds files to the materials of a body, each as it was uploaded by the actor. Files of the wrong type or
// size for their material are an [*Invalid].
func (s *Service) attach(ctx context.Context, actor flow.Actor, item *definitions.Item, b *body, files map[string][]FileRef) error {
	if b.Materials == nil {
		b.Materials = map[string][]FileRef{}
	}
	var problems []forms.Problem
	for _, id := range slices.Sorted(maps.Keys(files)) {
		var m *definitions.Material
		if item != nil {
			m = material(item, id)
		}
		if m == nil {
			problems = append(problems, materialProblem(id, "material-unknown", nil))
			continue
		}
		for _, f := range files[id] {
			if slices.ContainsFunc(b.Materials[id], func(had FileRef) bool { return had.Digest == f.Digest && had.Name == f.Name }) {
				continue
			}
			doc, err := s.Store.Docs("uploads").Get(ctx, uploadID(actor, f))
			if err != nil {
				return fmt.Errorf("file %s (%s) of material %s: %w", f.Name, f.Digest, id, err)
			}
			var ref FileRef
			if err := json.Unmarshal(doc.Data, &ref); err != nil {
				return fmt.Errorf("file %s: %w", f.Digest, err)
			}
			switch {
			case m.MaxMB > 0 && ref.Size > int64(m.MaxMB)<<20:
				problems = append(problems, materialProblem(id, "material-size", map[string]string{"file": ref.Name, "max": fmt.Sprint(m.MaxMB)}))
			case len(m.Types) > 0 && !slices.ContainsFunc(m.Types, func(t string) bool { return isType(ref.Type, t) }):
				problems = append(problems, materialProblem(id, "material-type", map[string]string{"file": ref.Name, "types": strings.Join(m.Types, ", ")}))
			default:
				b.Materials[id] = append(b.Materials[id], ref)
			}
		}
	}
	if len(problems) > 0 {
		return &Invalid{Problems: problems}
	}
	return nil
}

func material(item *definitions.Item, id string) *definitions.Material {
	for _, m := range item.Materials {
		if m.ID == id {
			return m
		}
	}
	return nil
}

func materialProblem(id, code string, params map[string]string) forms.Problem {
	return forms.Problem{Pointer: "/materials/" + id, Code: code, Params: params}
}

// isType tells whether a media type is what a material's short type names.
func isType(media, short string) bool {
	want, ok := map[string][]string{
		"pdf": {"application/pdf"}, "ofd": {"application/ofd"}, "jpg": {"image/jpeg"}, "jpeg": {"image/jpeg"},
		"png": {"image/png"}, "dwg": {"image/vnd.dwg"}, "zip": {"application/zip"}, "rar": {"application/vnd.rar"},
		"tif": {"image/tiff"}, "tiff": {"image/tiff"}, "txt": {"text/plain; charset=utf-8"},
		"doc": {"application/x-ole-storage"}, "xls": {"application/x-ole-storage"}, "wps": {"application/x-ole-storage"},
		"docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		"xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	}[strings.ToLower(short)]
	return ok && slices.Contains(want, media)
}

// OpenFile opens a file handed in to a case that the actor may see.
func (s *Service) OpenFile(ctx context.Context, actor flow.Actor, caseID, digest string) (io.ReadSeekCloser, FileRef, error) {
	k, err := s.loadFor(ctx, actor, caseID)
	if err != nil {
		return nil, FileRef{}, err
	}
	for _, refs := range k.body.Materials {
		for _, f := range refs {
			if f.Digest == digest {
				r, _, err := s.Store.OpenFile(ctx, digest)
				if err != nil {
					return nil, FileRef{}, fmt.Errorf("file %s of case %s: %w", digest, caseID, err)
				}
				return r, f, nil
			}
		}
	}
	return nil, FileRef{}, fmt.Errorf("file %s of case %s: %w", digest, caseID, store.ErrNotFound)
}

// fileName is the last part of a name, however the sender's system writes paths, without control characters.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, name)
}
