import Glibc

// `Kernel.exp` and `Kernel.log` work on arrays; these names keep the scalar ones apart from them.

func naturalLog(_ x: Double) -> Double { Glibc.log(x) }
func exponential(_ x: Double) -> Double { Glibc.exp(x) }
func power(_ x: Double, _ y: Double) -> Double { Glibc.pow(x, y) }
func decimalLog(_ x: Double) -> Double { Glibc.log10(x) }
