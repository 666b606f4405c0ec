package queries_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

func TestTokensAreKeptByTheirHash(t *testing.T) {
	store := querytest.New(t)
	ctx := t.Context()
	day := time.Date(2026, 7, 1, 8, 30, 0, 0, time.UTC)
	one := queries.Token{
		ID: "a1", Account: "wang", Name: "报表系统", Hash: strings.Repeat("a", 64), Roles: []string{"inspector"}, Abilities: []string{"read", "export"},
		Created: day, CreatedBy: "wang", Expires: day.AddDate(0, 3, 0),
	}
	other := one
	other.ID, other.Account, other.Hash = "b2", "li", strings.Repeat("b", 64)
	for _, x := range []queries.Token{one, other} {
		if err := store.SaveToken(ctx, x); err != nil {
			t.Fatal(err)
		}
	}
	got, err := store.TokenByHash(ctx, one.Hash)
	if err != nil || got.ID != "a1" || got.Account != "wang" || !got.Valid(day) || got.Valid(one.Expires) || len(got.Abilities) != 2 || !got.Used.IsZero() {
		t.Fatalf("%+v %v", got, err)
	}
	for _, hash := range []string{"", strings.Repeat("c", 64)} {
		if _, err := store.TokenByHash(ctx, hash); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("hash %q: %v", hash, err)
		}
	}
	for _, at := range []time.Time{day.Add(2 * time.Hour), day.Add(time.Hour)} {
		if err := store.UseToken(ctx, "a1", at); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := store.RevokeToken(ctx, "li", "a1", "li", day); !errors.Is(err, queries.ErrNotFound) {
		t.Errorf("a token of another account: %v", err)
	}
	if _, err := store.RevokeToken(ctx, "wang", "a1", "wang", day.AddDate(0, 1, 0)); err != nil {
		t.Fatal(err)
	}
	if again, err := store.RevokeToken(ctx, "", "a1", "admin", day.AddDate(0, 2, 0)); err != nil || again.RevokedBy != "wang" {
		t.Errorf("revoked again: %+v %v", again, err)
	}
	got, err = store.TokenByHash(ctx, one.Hash)
	if err != nil || got.Valid(day) || !got.Used.Equal(time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v %v", got, err)
	}
	if all, err := store.Tokens(ctx, ""); err != nil || len(all) != 2 {
		t.Errorf("%d tokens, %v", len(all), err)
	}
	if own, err := store.Tokens(ctx, "li"); err != nil || len(own) != 1 || !own[0].Valid(day) {
		t.Errorf("%+v %v", own, err)
	}
}
