package queries_test

import (
	"strings"
	"testing"

	"github.com/jianfu/jianfu/queries/querytest"
)

func TestRetentionIsSetOnTheTables(t *testing.T) {
	s := querytest.New(t)
	if err := s.SetRetention(t.Context(), 400, 3650); err != nil {
		t.Fatal(err)
	}
	for table, want := range map[string]string{"usage_events": "_CAST(400", "answers": "_CAST(3650"} {
		if got := ask(t, s, "SELECT create_table_query FROM system.tables WHERE database = currentDatabase() AND name = '"+table+"'"); !strings.Contains(got, want) {
			t.Errorf("%s has no TTL %s: %s", table, want, got)
		}
	}
}
