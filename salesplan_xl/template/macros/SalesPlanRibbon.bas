Option Explicit

' The buttons of the ribbon: each shows what Python answers. A press is meant, so it does not wait for the
' minute that cells keep after a failure.

Public Sub PlanRibbonLoad(ribbon As Object)
    PlanRegisterHelp
End Sub

Public Sub PlanRibbonAction(control As Object)
    Select Case control.ID
@buttons@
        Case "@why@": PlanExplain
        Case "@help@": PlanGuide
    End Select
End Sub

Private Sub PlanPress(ByVal action As String)
    PlanShow Answer("press", Array(action, ThisWorkbook.FullName))
End Sub

Private Sub PlanExplain()
    ' Why the selected cell shows what it shows. A chart sheet has no cell.
    If Not ActiveCell Is Nothing Then PlanShow PlanReason(ActiveCell)
End Sub

Private Sub PlanGuide()
    PlanShow Answer("help_text", Array(ThisWorkbook.ActiveSheet.CodeName), PlanText("help") & vbLf & vbLf)
End Sub

Private Function Answer(ByVal called As String, ByVal arguments As Variant, Optional ByVal before As String = "") As String
    ' What Python says, or why it says nothing, after what can be said without it.
    Dim reasons As Variant
    On Error GoTo Failed
    Answer = PlanResult(PlanAsk(called, arguments), reasons)
    Exit Function
Failed:
    Answer = before & Err.Description
End Function
