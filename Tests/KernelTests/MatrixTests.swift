import Kernel
import Testing

@Suite struct MatrixTests {
  let A = Matrix([[1, 2], [3, 4], [5, 6]])

  @Test func valuesStandColumnByColumn() {
    #expect(A.values == [1, 3, 5, 2, 4, 6])
    #expect(A[2, 1] == 6)
    #expect(A.row(1) == [3, 4])
    #expect(A.column(1) == [2, 4, 6])
    #expect(A.transposed == Matrix([[1, 3, 5], [2, 4, 6]]))
  }

  @Test func productsAreThoseOnPaper() {
    let B = Matrix([[1, 0, 2], [0, 1, 3]])
    #expect(A.times(B) == Matrix([[1, 2, 8], [3, 4, 18], [5, 6, 28]]))
    #expect(A.transposeTimes(A) == Matrix([[35, 44], [44, 56]]))
    #expect(A.gram() == A.transposeTimes(A))
    #expect(A.outerGram() == A.timesTranspose(A))
    #expect(A.times([1, 1]) == [3, 7, 11])
    #expect(A.transposeTimes([1, 0, 1]) == [6, 8])
    #expect(A.gram(weights: [1, -1, 2]) == Matrix([[42, 50], [50, 60]]))
  }

  @Test func emptyMatricesMultiplyToZeros() {
    #expect(
      Matrix(rows: 2, columns: 0).times(Matrix(rows: 0, columns: 3)) == Matrix(rows: 2, columns: 3))
    #expect(Matrix(rows: 0, columns: 2).gram() == Matrix(rows: 2, columns: 2))
  }

  @Test func partsAreTakenInTheOrderAsked() {
    #expect(A.selectingColumns([1, 0]).row(0) == [2, 1])
    #expect(A.selectingRows([2, 0]).column(0) == [5, 1])
    #expect(A.appendingColumns(Matrix(column: [7, 8, 9])).column(2) == [7, 8, 9])
    #expect(Matrix.diagonal([2, 3]).scalingRows(by: [5, 7]).diagonal == [10, 21])
    #expect(A.scalingColumns(by: [10, 1]).row(0) == [10, 2])
  }

  @Test func theNormNeitherOverflowsNorVanishes() {
    #expect(abs(norm([3e200, 4e200]) / 5e200 - 1) < 1e-15)
    #expect(abs(norm([3e-200, 4e-200]) / 5e-200 - 1) < 1e-15)
  }
}
