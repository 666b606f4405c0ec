package collector

import (
	"testing"

	"github.com/jianfu/jianfu/queries"
)

func TestTrafficOfRecords(t *testing.T) {
	for _, test := range []struct {
		action, actor, object, client string
		want                          queries.Traffic
	}{
		{"view", "zhangsan", "/report/list", "chrome", queries.Business},
		{"heartbeat", "zhangsan", "", "", queries.Health},
		{"view", "", "/actuator/health", "", queries.Health},
		{"view", "", "/", "Zabbix/6.0", queries.Health},
		{"api", "zabbix", "/api/status", "", queries.Health},
		{"other", "monitor01", "", "", queries.Health},
		{"login", "vendor_mz-gj", "", "chrome", queries.Vendor},
		{"view", "yunwei01", "/config", "chrome", queries.Vendor},
		{"login", "系统运维", "", "", queries.Vendor},
		{"login", "ops-2", "", "", queries.Vendor},
		{"view", "", "/", "Baiduspider/2.0", queries.Bot},
		{"view", "zhangsan", "/static/app.css", "chrome", queries.Static},
		// What only looks like it.
		{"view", "li.yunwei", "/report", "chrome", queries.Business},
		{"view", "wang_ops_center", "/report", "chrome", queries.Business},
		{"view", "zhangsan", "/health-report/monthly", "chrome", queries.Business},
		{"view", "zhangsan", "/village/ping", "chrome", queries.Business},
		{"view", "zhangsan", "/report", "Mozilla/5.0 (Linux; Android 12; CUBOT P60)", queries.Business},
		{"download", "zhangsan", "/map/village.png", "chrome", queries.Business},
		{"approve", "jiankongxia", "/report", "chrome", queries.Business},
	} {
		if got := TrafficOf(test.action, test.actor, test.object, test.client); got != test.want {
			t.Errorf("%v: %s", test, got)
		}
	}
}
