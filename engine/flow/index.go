package flow

// index finds a name among few: by its length and some of its bytes, which is quicker than a map.
type index struct {
	names []string
	table []uint16 // place in names + 1, at the hash of the name or soon after; 0: free
}

func newIndex(names []string) index {
	size := 8
	for size < 4*len(names) {
		size *= 2
	}
	x := index{names, make([]uint16, size)}
	for i := len(names) - 1; i >= 0; i-- { // of a name given twice the first is found
		h := x.hash(names[i])
		for x.table[h] != 0 && names[x.table[h]-1] != names[i] {
			h = (h + 1) % size
		}
		x.table[h] = uint16(i + 1)
	}
	return x
}

func (x *index) hash(name string) int {
	n := len(name)
	if n == 0 {
		return 0
	}
	h := uint(n)*31 + uint(name[0]) + uint(name[n/2])*7 + uint(name[n-1])*5
	return int(h & uint(len(x.table)-1))
}

// find is the place of a name, -1 when it is none of them.
func (x *index) find(name string) int {
	for h := x.hash(name); ; h = (h + 1) & (len(x.table) - 1) {
		switch p := int(x.table[h]); {
		case p == 0:
			return -1
		case x.names[p-1] == name:
			return p - 1
		}
	}
}
