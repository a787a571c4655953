Option Explicit

' What Excel calls by name: the buttons of the ribbon, and the look at an action that runs. A press is meant, so it does
' not wait for the minute that cells keep after a failure.

Public Sub PlanRibbonLoad(ribbon As Object)
    PlanRegisterHelp
End Sub

Public Sub PlanRibbonAction(control As Object)
    Select Case control.ID
@buttons@
        Case "@stop@": PlanStop
        Case "@why@": PlanExplain
        Case "@help@": PlanGuide
    End Select
End Sub

Public Sub PlanPoll()
    ' Called at a time that was agreed with Excel. Started by hand it looks a little early, or does nothing.
    PlanContinue
End Sub

Private Sub PlanExplain()
    ' Why the selected cell shows what it shows: an error by what our functions said, an amount by what Python finds in the
    ' plan. A chart sheet has no cell.
    Dim reasons As Variant
    Dim why As String
    If ActiveCell Is Nothing Then Exit Sub
    If IsError(ActiveCell.Value) Or ActiveCell.Worksheet.Parent.FullName <> ThisWorkbook.FullName Then
        PlanShow PlanReason(ActiveCell)
        Exit Sub
    End If
    On Error GoTo Failed
    PlanShow PlanResult(PlanAsk("why", Array(ThisWorkbook, ActiveCell.Worksheet.Name, ActiveCell.Address(False, False))), reasons)
    Exit Sub
Failed:
    why = Err.Description                           ' the next procedure with a handler of its own clears it
    PlanShow PlanText("no_reason") & vbLf & vbLf & why
End Sub

Private Sub PlanGuide()
    ' What the sheet is for; without Python, what can be said without it, and why.
    Dim reasons As Variant
    Dim why As String
    On Error GoTo Failed
    PlanShow PlanResult(PlanAsk("help_text", Array(ThisWorkbook.ActiveSheet.CodeName)), reasons)
    Exit Sub
Failed:
    why = Err.Description                           ' the next procedure with a handler of its own clears it
    PlanShow PlanText("help") & vbLf & vbLf & why
End Sub
