package analyzer

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/jianfu/jianfu/queries"
)

// detectorsAtOnce is how many detectors work at the same time: while one computes, another reads. More would need more memory.
const detectorsAtOnce = 2

// detected is what became of one detector.
type detected struct {
	place    int // in the catalogue
	meta     Meta
	findings []queries.Finding
	err      error
}

// detectAll runs every detector, two at a time, and gives their results in the order of the catalogue. Detectors of suspicious
// data wait only for the one that Meta.After names; all others build on the work of those before them and follow one another.
func detectAll(ctx context.Context, in Input, run queries.Analysis, all []Detector, log zerolog.Logger) ([]detected, error) {
	out := make([]detected, len(all))
	begun, ended := make([]bool, len(all)), make([]bool, len(all))
	done := make(chan detected)
	active := 0
	for {
		for next := 0; next < len(all) && active < detectorsAtOnce && ctx.Err() == nil; next++ {
			if begun[next] || !mayBegin(all, ended, next) {
				continue
			}
			begun[next] = true
			active++
			go func() { done <- detectOne(ctx, in, run, all[next], next, log) }()
		}
		if active == 0 {
			break
		}
		result := <-done
		active--
		ended[result.place] = true
		out[result.place] = result
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("unable to finish the analysis: %w", context.Cause(ctx))
	}
	return out, nil
}

// mayBegin says whether everything that a detector builds on has ended.
func mayBegin(all []Detector, ended []bool, place int) bool {
	meta := all[place].Meta()
	if meta.Family == "fabrication" {
		at := slices.IndexFunc(all, func(d Detector) bool { return d.Meta().ID == meta.After })
		return at < 0 || ended[at]
	}
	for i := range place {
		if !ended[i] && all[i].Meta().Family != "fabrication" {
			return false
		}
	}
	return true
}

func detectOne(ctx context.Context, in Input, run queries.Analysis, d Detector, place int, log zerolog.Logger) detected {
	begin := time.Now()
	out := detected{place: place, meta: d.Meta()}
	out.findings, out.err = d.Detect(ctx, in)
	if keeper, more := d.(Keeper); more && out.err == nil {
		out.err = keeper.Keep(ctx, in, run)
	}
	switch {
	case ctx.Err() != nil: // the caller says so
	case out.err != nil:
		log.Error().Err(out.err).Str("detector", out.meta.ID).Msg("detector failed")
	default:
		log.Info().Str("detector", out.meta.ID).Int("findings", len(out.findings)).Dur("took", time.Since(begin)).Msg("detector done")
	}
	return out
}
