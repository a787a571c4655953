Option Explicit
Option Private Module

' Sentences and settings, read from the very hidden sheet by its code name: a name of another sheet, or of another
' workbook beside it, is never met. The sentences stand there because VBA's own text knows one code page only.

Private Const LONGEST_MESSAGE As Long = 1000        ' MsgBox cuts at about 1024 and does not say so

Public Function PlanSetting(ByVal named As String) As String
    ' The text in a named cell of the sheet; nothing when there is no such cell. LibreOffice has Value, not Value2.
    On Error GoTo Missing
    PlanSetting = CStr(@sheet@.Range(named).Value)
Missing:
End Function

Public Function PlanText(ByVal id As String, Optional ByVal found As String = "") As String
    ' A sentence, with what was found in the place it keeps for it. Its id stands for one that is missing.
    PlanText = PlanSetting("text_" & id)
    If PlanText = "" Then PlanText = id & " {found}"
    PlanText = Replace(PlanText, "{found}", found)
End Function

Public Sub PlanShow(ByVal text As String)
    If text = "" Then Exit Sub
    If Len(text) > LONGEST_MESSAGE Then text = Left$(text, LONGEST_MESSAGE) & " ..."
    MsgBox text, vbInformation, PlanText("title")
End Sub
