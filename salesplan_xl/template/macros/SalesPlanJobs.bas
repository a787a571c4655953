Option Explicit
Option Private Module

' The actions. A button asks Python to start one; what takes longer than a moment runs there while Excel stays free, and
' each second this workbook asks how far it is. The question that finds it done has the result written. It is always
' the workbook that holds these macros, whichever is in front. While a cell is edited or a dialog stands open Excel
' calls no macro, so the question waits until then.

Private Const POLL_SECONDS As Long = 1
Private Const REST_SECONDS As Long = 8              ' how long the last sentence stands in the status bar
Private Const LONGEST_STATUS As Long = 255          ' that the status bar takes for sure

Private job As Long                                 ' number of the action that runs; 0 when none does
Private due As Date                                 ' when Excel is to call PlanPoll; 0 when it is not,
Private target As String                            ' and the words it was told, which are needed to call it off
Private watch As Object                             ' of what happens to the workbook, from the first such time on

Public Sub PlanPress(ByVal action As String, ByVal source As String)
    ' Starts an action; source is its option that names a file to read, if it has one.
    Dim file As String
    If source <> "" Then
        file = ChosenFile()
        If file = "" Then Exit Sub
    End If
    AskAndShow "press", Array(action, ThisWorkbook, source, file)
End Sub

Public Sub PlanStop()
    ' Without an action of this workbook, whichever there is: a press here may have been refused because of it.
    AskAndShow "cancel", Array(job, ThisWorkbook)
End Sub

Public Sub PlanContinue()
    ' The agreed time has come: to ask how far the action is, or to give the status bar back to Excel.
    due = 0
    If job = 0 Then
        GiveBack
    Else
        AskAndShow "poll", Array(job, ThisWorkbook)
    End If
End Sub

Public Sub PlanLeave()
    ' The workbook is being closed: nobody is left to take the result.
    If due = 0 Then Exit Sub
    If job <> 0 Then AskAndShow "cancel", Array(job, ThisWorkbook)
    job = 0
    GiveBack
End Sub

Public Sub PlanRename()
    ' The workbook was saved, perhaps by another name: Excel would look for the old one.
    If due <> 0 Then CallAgain POLL_SECONDS
End Sub

Private Sub AskAndShow(ByVal question As String, ByVal arguments As Variant)
    ' Asks Python about an action, and shows what it tells: a state, the number of the action, and a sentence. It is asked
    ' once only: when Python is lost, the workbook may be written in part.
    Dim told As Variant
    Dim why As String
    On Error GoTo Lost
    If question = "press" Then PlanWake
    told = PlanAsk(question, arguments, again:=False)
    On Error GoTo 0
    If Not IsArray(told) Then told = Array("refused", 0, CStr(told), 0)
    Select Case told(0)
        Case "working"
            job = told(1)
            Application.StatusBar = Left$(told(2), LONGEST_STATUS)
            CallAgain POLL_SECONDS
        Case "done", "cancelled"
            job = 0
            Application.StatusBar = Left$(told(2), LONGEST_STATUS)
            CallAgain REST_SECONDS
        Case Else
            ' A press that is refused because an action runs leaves that action as it is.
            If question <> "press" Then EndJob
            PlanShow CStr(told(2))
    End Select
    Exit Sub
Lost:
    why = Err.Description                           ' the next procedure with a handler of its own clears it
    If job <> 0 Then why = PlanText("job_lost") & vbLf & vbLf & why
    EndJob
    PlanShow why
End Sub

Private Sub EndJob()
    job = 0
    GiveBack
End Sub

Private Sub GiveBack()
    CallOff
    Application.StatusBar = False
End Sub

Private Sub CallAgain(ByVal seconds As Long)
    CallOff
    due = Now + TimeSerial(0, 0, seconds)
    target = "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!PlanPoll"
    Application.OnTime due, target
    If watch Is Nothing Then Set watch = New SalesPlanWatch
End Sub

Private Sub CallOff()
    ' To keep what was agreed Excel would open a workbook anew that was closed meanwhile.
    If due = 0 Then Exit Sub
    On Error Resume Next                            ' Excel may have given it up itself
    Application.OnTime due, target, , False
    due = 0
End Sub

Private Function ChosenFile() As String
    ' The file that a person picks; nothing when they pick none. Excel for Mac knows no filter of this form.
    Dim chosen As Variant
#If Mac Then
    chosen = Application.GetOpenFilename(Title:=PlanText("file_title"))
#Else
    chosen = Application.GetOpenFilename(PlanText("file_kinds") & ",@kinds@", , PlanText("file_title"))
#End If
    If VarType(chosen) = vbString Then ChosenFile = chosen
End Function
