package queries_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

func TestAccountsAreWhatTheyBecameLast(t *testing.T) {
	store := querytest.New(t)
	ctx := t.Context()
	day := time.Date(2026, 7, 1, 8, 30, 0, 0, time.UTC)
	wang := queries.Account{
		Name: "wang", Title: "王主任", Roles: []string{"leader"}, Divisions: []string{"990101"}, Systems: []string{}, Email: "wang@example.org",
		Password: "$argon2id$…", Factor: "sealed", Recovery: []string{"a", "b"}, Created: day, Changed: day, ChangedBy: "cli:root",
	}
	later := wang
	later.Disabled, later.Recovery, later.Changed = true, []string{"b"}, day.Add(time.Microsecond)
	li := queries.Account{Name: "li", Roles: []string{"owner"}, Divisions: []string{}, Systems: []string{"smart"}, Recovery: []string{}, MustChange: true, Created: day, Changed: day}
	for _, a := range []queries.Account{later, li, wang} {
		if err := store.SaveAccount(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	got, err := store.Accounts(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]queries.Account{li, later}, got); diff != "" {
		t.Error(diff)
	}
	if err := store.SaveAccount(ctx, queries.Account{Name: "nobody"}); err == nil {
		t.Error("an account without a day of creation is kept")
	}
}
