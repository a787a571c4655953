Option Explicit
Option Private Module

' The way from Excel for Mac to Python, for the buttons. Excel may start one thing outside its own walls: a script in a
' folder of this user, written there by salesplan-xl install. The script says itself which Python; a workbook can
' hand it words only. Between two words stands a tab, in what is asked as in what is answered.

Private Const SCRIPT_FILE As String = "salesplan-xl.applescript"
Private Const HANDLER As String = "PlanRun"
Private Const REFUSED As Long = 513                 ' the first error number that VBA leaves to programs

Public Function PlanAskScript(ByVal called As String, ByVal arguments As Variant) As Variant
    ' Asks Python through the script; of an action the answer is its state, its number, a sentence and the share.
    Dim words As Variant
    words = Split(AnswerOf(called & Joined(arguments)), vbTab)
    If UBound(words) < 3 Then
        PlanAskScript = words(0)
    Else
        PlanAskScript = Array(words(0), CLng(words(1)), words(2), Val(words(3)))
    End If
End Function

Private Function Joined(ByVal arguments As Variant) As String
    ' The script takes words only: a workbook goes by its name.
    Dim position As Long
    For position = LBound(arguments) To UBound(arguments)
        If IsObject(arguments(position)) Then
            Joined = Joined & vbTab & arguments(position).FullName
        Else
            Joined = Joined & vbTab & arguments(position)
        End If
    Next position
End Function

Private Function AnswerOf(ByVal asked As String) As String
    On Error GoTo Missing
#If Mac Then
    AnswerOf = AppleScriptTask(SCRIPT_FILE, HANDLER, asked)
#End If
    Exit Function
Missing:
    Err.Raise REFUSED, , PlanText("no_script")
End Function
