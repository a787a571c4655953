Option Explicit
Option Private Module

' What can be tried without Python, in any program that runs these macros.

Public Function PlanSelfTest() As String
    ' "ok", or what is wrong.
    Dim id As Variant
    For Each id In Split("@texts@", " ")
        If PlanSetting("text_" & id) = "" Then PlanSelfTest = PlanSelfTest & "no text " & id & "; "
    Next id
    PlanSelfTest = PlanSelfTest & Wrong("@mark@#NUM! weights", CVErr(2036), "weights") & Wrong("#N/A", "#N/A", "")
    If PlanSelfTest = "" Then PlanSelfTest = "ok"
End Function

Private Function Wrong(ByVal answer As String, ByVal expected As Variant, ByVal why As String) As String
    ' What is wrong with the cell that an answer becomes, alone and in an array.
    Dim cells(0 To 1, 0 To 0) As Variant
    Dim results As Variant
    Dim reasons As Variant
    If CStr(PlanResult(answer, reasons)) <> CStr(expected) Or CStr(reasons) <> why Then Wrong = answer & " alone; "
    cells(1, 0) = answer
    results = PlanResult(cells, reasons)
    If CStr(results(1, 0)) <> CStr(expected) Then Wrong = Wrong & answer & " in an array; "
End Function
