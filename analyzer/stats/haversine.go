package stats

import "math"

// earthRadius is the mean radius of the earth in metres (IUGG).
const earthRadius = 6371008.8

// Haversine is the distance in metres of two points on a sphere of the earth's mean radius, given by latitude and longitude in
// degrees (Sinnott 1984). It differs from the ellipsoid's by 0.5 % at most.
func Haversine(lat1, lon1, lat2, lon2 float64) float64 {
	const degree = math.Pi / 180
	a, b := math.Sin((lat2-lat1)*degree/2), math.Sin((lon2-lon1)*degree/2)
	h := a*a + math.Cos(lat1*degree)*math.Cos(lat2*degree)*b*b
	return 2 * earthRadius * math.Asin(math.Min(1, math.Sqrt(h)))
}
