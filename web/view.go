package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

const languageCookie = "jianfu_lang"

// language of a reader: the address, then the cookie, then the browser, then the configuration. A choice in the address is
// kept in the cookie.
func (s *server) language(w http.ResponseWriter, r *http.Request) string {
	if lang := r.URL.Query().Get("lang"); locale.Known(lang) {
		http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode})
		return lang
	}
	if cookie, err := r.Cookie(languageCookie); err == nil && locale.Known(cookie.Value) {
		return cookie.Value
	}
	return locale.Match(r.Header.Get("Accept-Language"), s.Language)
}

// bareView is a view without names: for pages that must not read the store.
func (s *server) bareView(w http.ResponseWriter, r *http.Request) component.View {
	query := r.URL.Query()
	query.Del("lang")
	query.Del("token")
	path := "/" + strings.TrimLeft(r.URL.Path, "/\\")
	who := access.Of(r.Context())
	return component.View{
		Lang: s.language(w, r), Bundle: s.Bundle, Path: path, Query: query, Now: s.Clock(), Zone: s.Zone, Who: who,
		May: func(address string) bool { return s.rules.may(who, address) },
	}.Numbered()
}

// view is the view of a page of a section, with the names of the registry.
func (s *server) view(w http.ResponseWriter, r *http.Request, section string) (component.View, *queries.NameTable, error) {
	v := s.bareView(w, r)
	v.Section, v.Home = section, true
	names, err := s.names(r.Context())
	if err != nil {
		return v, nil, err
	}
	v.Names, v.Place = names.Name, names.Place
	v.CanSave = s.Filters != nil && slices.Contains(filtered, v.Path)
	if v.Saved, err = s.savedFilters(r.Context(), v.Path); err != nil {
		return v, nil, err
	}
	return v, names, nil
}

func (s *server) names(ctx context.Context) (*queries.NameTable, error) {
	return s.reader(ctx).ReadNames(ctx)
}
