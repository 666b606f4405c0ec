package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestHaversine(t *testing.T) {
	near(t, "a degree of the meridian", Haversine(30, 112, 31, 112), earthRadius*math.Pi/180, 1e-9)
	near(t, "a quarter of the equator", Haversine(0, 0, 0, 90), earthRadius*math.Pi/2, 1e-9)
	near(t, "the antipode", Haversine(0, 0, 0, 180), earthRadius*math.Pi, 1e-9)
	near(t, "nothing", Haversine(31.2, 112.3, 31.2, 112.3), 0, 0)
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := rapid.Float64Range(-90, 90), rapid.Float64Range(-180, 180)
		a, b, c := [2]float64{lat.Draw(t, "lat"), lon.Draw(t, "lon")}, [2]float64{lat.Draw(t, "lat"), lon.Draw(t, "lon")}, [2]float64{lat.Draw(t, "lat"), lon.Draw(t, "lon")}
		d := func(x, y [2]float64) float64 { return Haversine(x[0], x[1], y[0], y[1]) }
		if d(a, b) != d(b, a) || d(a, c) > d(a, b)+d(b, c)+1e-3 || d(a, b) > earthRadius*math.Pi+1e-3 {
			t.Fatalf("no distance: %v %v %v", a, b, c)
		}
	})
}
