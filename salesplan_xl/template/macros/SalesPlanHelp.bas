Option Explicit
Option Private Module

' What Excel's function wizard shows of each function: the same sentences as everywhere, written when the plan is made.

Public Sub PlanRegisterHelp()
    ' Help is no edit: a plan that is only looked at is not asked to be saved.
    Dim wasSaved As Boolean
    wasSaved = ThisWorkbook.Saved
@registrations@
    ThisWorkbook.Saved = wasSaved
End Sub

Private Sub Describe(ByVal called As String, ByVal help As String, Optional ByVal arguments As Variant)
    Dim category As String
    Dim qualified As String
    category = PlanText("title")
    qualified = "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!" & called
    ' Without its help a function works as well, and Excel refuses help in a protected view: nothing to stop for.
    On Error Resume Next
    If IsMissing(arguments) Then
        Application.MacroOptions Macro:=qualified, Description:=help, Category:=category
    Else
        Application.MacroOptions Macro:=qualified, Description:=help, Category:=category, ArgumentDescriptions:=arguments
    End If
End Sub
