package demo

import (
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/gzip"
)

// dropJobs writes the drop folder: a register of systems, units and forms, as the county's data bureau keeps it, and for the
// systems that hand over files one file of usage and submissions a month, the older ones packed.
func (c *County) dropJobs() []job {
	folder := filepath.Join(c.Options.Dir, dropFolder)
	jobs := []job{func() error {
		return c.writeRecords(filepath.Join(folder, "00-register.ndjson"), c.world.calendar.start, c.declare)
	}}
	for i := range c.systems {
		s := &c.systems[i]
		if s.data != inDrop && s.logs != dropLogs {
			continue
		}
		for m := warmMonths; m < allMonths; m++ {
			from := c.world.calendar.months[m]
			to := from.AddDate(0, 1, 0)
			if m == allMonths-1 {
				to = c.world.calendar.endOfAll()
			}
			name := s.id + "-" + from.Format("2006-01") + ".ndjson"
			if m < allMonths-3 {
				name += ".gz"
			}
			jobs = append(jobs, func() error { return c.writeMonth(i, filepath.Join(folder, name), from, to) })
		}
	}
	return jobs
}

func (c *County) writeMonth(system int, path string, from, to time.Time) error {
	return c.writeRecords(path, to, func(out *recordWriter) {
		if c.systems[system].logs == dropLogs {
			c.writeUsage(out, system, from.Unix(), to.Unix())
		}
		for f, form := range c.forms {
			if form.system == system && c.systems[system].data == inDrop {
				c.writeSubmissions(out, f, from.Unix(), to.Unix())
			}
		}
	})
}

func (c *County) writeRecords(path string, changed time.Time, write func(out *recordWriter)) error {
	return c.writeFile(path, changed, func(f *os.File) error {
		var to io.Writer = f
		var packed *gzip.Writer
		if filepath.Ext(path) == ".gz" {
			packed = gzip.NewWriter(f)
			to = packed
		}
		out := newRecordWriter(to)
		write(out)
		if err := out.close(); err != nil {
			return err
		}
		if packed != nil {
			return packed.Close()
		}
		return nil
	})
}
