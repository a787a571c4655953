Option Explicit
Option Private Module

' What Python answers, as cells show it. Python has no error cell to give to Excel; it gives a text that begins with a
' mark, then the code, a blank, and the reason.

Private Const ERROR_MARK As String = "@mark@"

Public Function PlanResult(ByVal answer As Variant, ByRef reasons As Variant) As Variant
    ' What the cells show, and the reasons of the error cells among them: a text, or one in each place; Empty for none.
    reasons = Empty
    Select Case DimensionsOf(answer)
        Case 0
            If IsMarked(answer) Then reasons = ReasonOf(answer)
            PlanResult = CellOf(answer)
        Case 1
            PlanResult = PlanResult(AsRow(answer), reasons)
        Case Else
            If IsOneCell(answer) Then
                PlanResult = PlanResult(answer(LBound(answer, 1), LBound(answer, 2)), reasons)
            Else
                PlanResult = RowsOf(answer, reasons)
            End If
    End Select
End Function

Private Function RowsOf(ByVal answer As Variant, ByRef reasons As Variant) As Variant
    Dim texts() As Variant
    Dim row As Long
    Dim column As Long
    For row = LBound(answer, 1) To UBound(answer, 1)
        For column = LBound(answer, 2) To UBound(answer, 2)
            If IsMarked(answer(row, column)) Then
                If IsEmpty(reasons) Then
                    ReDim texts(LBound(answer, 1) To UBound(answer, 1), LBound(answer, 2) To UBound(answer, 2))
                    reasons = texts
                End If
                reasons(row, column) = ReasonOf(answer(row, column))
                answer(row, column) = CellOf(answer(row, column))
            End If
        Next column
    Next row
    RowsOf = answer
End Function

Private Function AsRow(ByVal answer As Variant) As Variant
    ' Cells show an array of one dimension as a row.
    Dim cells() As Variant
    Dim column As Long
    ReDim cells(0 To 0, LBound(answer) To UBound(answer))
    For column = LBound(answer) To UBound(answer)
        cells(0, column) = answer(column)
    Next column
    AsRow = cells
End Function

Private Function IsOneCell(ByVal answer As Variant) As Boolean
    IsOneCell = UBound(answer, 1) = LBound(answer, 1) And UBound(answer, 2) = LBound(answer, 2)
End Function

Private Function IsMarked(ByVal cell As Variant) As Boolean
    If VarType(cell) = vbString Then IsMarked = Left$(cell, Len(ERROR_MARK)) = ERROR_MARK
End Function

Private Function CellOf(ByVal cell As Variant) As Variant
    CellOf = cell
    If IsMarked(cell) Then CellOf = CVErr(ErrorNumber(CodeOf(cell)))
End Function

Private Function CodeOf(ByVal cell As String) As String
    ' From behind the mark to the blank; a code has none.
    CodeOf = Mid$(cell, Len(ERROR_MARK) + 1, InStr(cell & " ", " ") - Len(ERROR_MARK) - 1)
End Function

Private Function ReasonOf(ByVal cell As String) As String
    ReasonOf = Mid$(cell, Len(ERROR_MARK) + Len(CodeOf(cell)) + 2)
End Function

Private Function ErrorNumber(ByVal code As String) As Long
    ' XlCVError, by number: LibreOffice runs this too and has no names for them.
    Select Case code
@errors@
        Case Else: ErrorNumber = @unknown@
    End Select
End Function

Private Function DimensionsOf(ByVal answer As Variant) As Long
    ' VBA tells it only by refusing to give the bounds of one too many.
    Dim bound As Long
    If Not IsArray(answer) Then Exit Function
    DimensionsOf = 1
    On Error GoTo OneOnly
    bound = UBound(answer, 2)
    DimensionsOf = 2
OneOnly:
End Function
