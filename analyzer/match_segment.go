package analyzer

// segmentShort cuts into the short words of the lists, so that few and long ones win; whole terms would hide their parts. What is
// known nowhere comes out character by character, for a Chinese character means something by itself. Length counts by its
// square, which makes one word of four outweigh two of two.
func (x *lexicon) segmentShort(s string) []string {
	runes := []rune(s)
	best := make([]int, len(runes)+1) // best sum up to here
	from := make([]int, len(runes)+1)
	for end := 1; end <= len(runes); end++ {
		best[end], from[end] = best[end-1], end-1
		for n := 2; n <= min(x.shortMost, end); n++ {
			sum := best[end-n] + n*n
			if sum > best[end] && x.short(string(runes[end-n:end])) {
				best[end], from[end] = sum, end-n
			}
		}
	}
	var out []string
	for end := len(runes); end > 0; end = from[end] {
		out = append(out, string(runes[from[end]:end]))
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// short says that a list other than that of whole terms knows the word.
func (x *lexicon) short(word string) bool {
	if x.basics[word] != nil || x.measures[word] > 0 || x.light[word] > 0 || x.fillers[word] {
		return true
	}
	if _, known := x.roles[word]; known {
		return true
	}
	_, known := x.contrasts[word]
	return known
}
