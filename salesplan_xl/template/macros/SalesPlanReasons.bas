Option Explicit
Option Private Module

' Why cells show errors. A function has only its cell, so its reasons are kept here, for the button.

Private Const MOST As Long = 1000

Private kept As Collection                          ' of Array(cells that asked, function, a reason or one in each place)

Public Sub PlanRemember(ByVal caller As Variant, ByVal called As String, ByVal reasons As Variant)
    ' Keeps the reasons of an answer in place of those that the function gave in this cell before; Empty for none.
    Dim key As String
    If Not IsObject(caller) Then Exit Sub           ' no cell called: another macro did
    On Error GoTo NotKept                           ' a result is worth more than its reason
    If kept Is Nothing Then Set kept = New Collection
    key = caller.Cells(1, 1).Address(External:=True) & "|" & called
    Forget key
    If IsEmpty(reasons) Then Exit Sub
    If kept.Count >= MOST Then kept.Remove 1
    kept.Add Array(caller, called, reasons), key
NotKept:
End Sub

Public Function PlanReason(ByVal cell As Object) As String
    ' Why a cell shows an error, as far as our functions gave it. Several in one formula are all told in the order they
    ' were asked: the first is what the others pass on.
    Dim number As Long
    Dim reasons As Long
    Dim reason As String
    Dim all As String
    If IsError(cell.Value) And Not kept Is Nothing Then
        For number = 1 To kept.Count
            reason = ReasonAt(kept(number), cell)
            If reason <> "" Then
                reasons = reasons + 1
                PlanReason = reason
                all = all & vbLf & CalledIn(kept(number)) & ": " & reason
            End If
        Next number
    End If
    If reasons > 1 Then PlanReason = Mid$(all, 2)
    If reasons = 0 Then PlanReason = PlanText("no_reason")
End Function

Private Function CalledIn(ByVal record As Variant) As String
    CalledIn = record(1)
End Function

Private Function ReasonAt(ByVal record As Variant, ByVal cell As Object) As String
    ' The reason that an answer gave for a cell; nothing when the cell is none of its own, or it was written over since.
    Dim first As Object
    Dim row As Long
    Dim column As Long
    On Error GoTo Gone                              ' its row, its sheet or its workbook is
    Set first = record(0).Cells(1, 1)
    row = cell.Row - first.Row
    column = cell.Column - first.Column
    If row < 0 Or column < 0 Then Exit Function
    If first.Offset(row, column).Address(External:=True) <> cell.Address(External:=True) Then Exit Function
    If InStr(1, first.Formula, record(1), vbTextCompare) = 0 Then Exit Function
    If row >= record(0).Rows.Count Or column >= record(0).Columns.Count Then
        If Not IsSpilled(first, cell) Then Exit Function
    End If
    ReasonAt = ReasonIn(record(2), row, column, record(0).Rows.Count, record(0).Columns.Count)
Gone:
End Function

Private Function IsSpilled(ByVal first As Object, ByVal cell As Object) As Boolean
    ' Whether the formula of one cell fills the other; an Excel in which no formula does has no such word.
    On Error GoTo NotSpilled
    IsSpilled = cell.SpillParent.Address(External:=True) = first.Address(External:=True)
NotSpilled:
End Function

Private Function ReasonIn(ByVal reasons As Variant, ByVal row As Long, ByVal column As Long, ByVal rows As Long, ByVal columns As Long) As String
    ' One reason holds for all cells that asked; among several each has its place.
    If Not IsArray(reasons) Then
        If row < rows And column < columns Then ReasonIn = reasons
        Exit Function
    End If
    row = row + LBound(reasons, 1)
    column = column + LBound(reasons, 2)
    If row <= UBound(reasons, 1) And column <= UBound(reasons, 2) Then ReasonIn = reasons(row, column)
End Function

Private Sub Forget(ByVal key As String)
    ' A Collection tells only by an error that it has no such key.
    On Error Resume Next
    kept.Remove key
End Sub
