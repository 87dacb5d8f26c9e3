package web

import (
	"net/http"
	"strings"
)

// Lang is a language of the interface.
type Lang string

// The languages. Chinese is the source; every text has both.
const (
	Chinese Lang = "zh-CN"
	English Lang = "en"
)

// Langs are all languages, the source first.
var Langs = []Lang{Chinese, English}

// Pick chooses between a text in Chinese and its English; where there is no English, the Chinese.
func (l Lang) Pick(zh, en string) string {
	if l == English && en != "" {
		return en
	}
	return zh
}

// language is by cookie, then account, then browser, then Chinese.
func language(r *http.Request, u *User) Lang {
	if c, err := r.Cookie(langCookie); err == nil && known(Lang(c.Value)) {
		return Lang(c.Value)
	}
	if u != nil && known(u.Lang) {
		return u.Lang
	}
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch base, _, _ := strings.Cut(strings.ToLower(tag), "-"); base {
		case "zh":
			return Chinese
		case "en":
			return English
		}
	}
	return Chinese
}

func known(l Lang) bool { return l == Chinese || l == English }
