package screen

import (
	"context"
	"mime/multipart"
	"strings"

	"banli/engine/flow"
	"banli/internal/web"
	"banli/server/casework"

	"github.com/gin-gonic/gin"
)

// Uploads keeps the files of a posted form, by material: their inputs are named file:<material>. The form must have
// been read with [web.Form].
func Uploads(c *gin.Context, cases *casework.Service) (map[string][]casework.FileRef, error) {
	if c.Request.MultipartForm == nil {
		return nil, nil
	}
	files := map[string][]casework.FileRef{}
	for name, parts := range c.Request.MultipartForm.File {
		m, ok := strings.CutPrefix(name, FileInput)
		if !ok {
			continue
		}
		for _, part := range parts {
			ref, err := upload(c.Request.Context(), cases, Actor(web.From(c)), part)
			if err != nil {
				return nil, err
			}
			files[m] = append(files[m], ref)
		}
	}
	return files, nil
}

func upload(ctx context.Context, cases *casework.Service, actor flow.Actor, part *multipart.FileHeader) (casework.FileRef, error) {
	f, err := part.Open()
	if err != nil {
		return casework.FileRef{}, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	return cases.PutFile(ctx, actor, part.Filename, f)
}
