Option Explicit
Option Private Module

' The way from Excel to Python. A library of xlwings, a DLL that lies beside the interpreter, starts a Python for this
' Excel and hands over an object that calls it. Which interpreter, the very hidden sheet of this workbook alone says:
' no other workbook, no folder, no variable, no sheet of settings is asked, so that no file that comes in can choose
' what runs here. Python starts isolated (-I): it finds nothing beside the workbook either.

#If Win64 Then
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings64-@driver@.dll" (ByRef answer As Variant, ByVal startLine As String, ByVal mode As Long) As Long
#Else
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings32-@driver@.dll" (ByRef answer As Variant, ByVal startLine As String, ByVal mode As Long) As Long
#End If
Private Declare PtrSafe Function LoadLibraryW Lib "kernel32" (ByVal path As LongPtr) As LongPtr

Private Const ENTRY As String = "@entry@"
Private Const UNSAFE_SIGNS As String = """&%^!|<>"  ' with one of these, some reader takes a path for more than a path
Private Const LONGEST_PATH As Long = 259            ' of a file; the library ends Excel when its line passes 2048
Private Const REFUSED As Long = 513                 ' the first error number that VBA leaves to programs
Private Const NO_VALUE As Long = 2015               ' #VALUE!
Private Const START_IT As Long = 1                  ' modes of the library
Private Const END_IT As Long = -1
Private Const PAUSE_SECONDS As Double = 60
Private Const DAY_SECONDS As Double = 86400

Private server As Object                            ' Python; Nothing when there is none
Private isDown As Boolean                           ' the last question found no Python,
Private downSince As Double                         ' at this second of the day,
Private whyDown As String                           ' for this reason,
Private isTold As Boolean                           ' and the planner knows

Public Function PlanCall(ByVal called As String, ByVal arguments As Variant) As Variant
    ' What a cell shows. A question that failed is not repeated for a minute: each of a thousand cells would wait.
    Dim values As Variant
    Dim reasons As Variant
    Dim refusal As String
    PlanCall = CVErr(NO_VALUE)
#If Mac Then
    PlanRemember Application.Caller, called, PlanText("no_functions")
    Exit Function
#End If
    If IsPaused() Then
        reasons = whyDown
    Else
        refusal = TakeValues(arguments, values)
        If refusal = "" Then
            On Error GoTo Failed
            PlanCall = PlanResult(PlanAsk(called, values), reasons)
        Else
            reasons = refusal
        End If
    End If
    PlanRemember Application.Caller, called, reasons
    Exit Function
Failed:
    ' No Python, or an answer that cannot be shown; the next procedure with a handler of its own clears Err.
    reasons = Err.Description
    If isDown Then TellOnce whyDown
    PlanRemember Application.Caller, called, reasons
End Function

Public Function PlanAsk(ByVal called As String, ByVal arguments As Variant, Optional ByVal again As Boolean = True) As Variant
    ' Asks Python. Our functions answer whatever happens, so an error is a broken connection: it is made anew once, and
    ' what may be asked again is. Always the function form, with arguments in parentheses: without them they go by
    ' reference, and an answer can overwrite them. No cell and no calling workbook is handed over: xlwings would look for
    ' code in the workbook and keep it from closing, and ask Excel of what type the cell is. A workbook among the
    ' arguments it passes on as any other.
    Dim attempts As Long
#If Mac Then
    PlanAsk = PlanAskScript(called, arguments)
    Exit Function
#End If
    On Error GoTo Broken
Anew:
    attempts = attempts + 1
    PlanAsk = PlanPython().CallUDF(ENTRY, (called), (arguments), Nothing, Nothing)
    isDown = False
    whyDown = ""
    isTold = False
    Exit Function
Broken:
    If Not server Is Nothing And attempts = 1 And again Then
        Set server = Nothing
        Resume Anew
    End If
    GoDown Err.Number, Err.Description
    Err.Raise REFUSED, , whyDown
End Function

Public Sub PlanWake()
    ' Sees that Python is there, so that the next question need not be asked again. A Mac has no connection to break.
    Dim answer As Variant
#If Mac Then
    Exit Sub
#End If
    answer = PlanAsk("help_text", Array(""))
End Sub

Public Function PlanPython() As Object
    ' The object that calls Python, the same one until it fails.
    If server Is Nothing Then Set server = StartPython()
    Set PlanPython = server
End Function

Private Sub GoDown(ByVal number As Long, ByVal description As String)
    Set server = Nothing
    isDown = True
    downSince = Timer
    whyDown = description
    If number <> REFUSED Then whyDown = PlanText("no_python", FirstLine(description))
End Sub

Private Function StartPython() As Object
    Dim startLine As String
    Dim answer As Variant
    startLine = StartLineOf(LoadedInterpreter())
    ' After a failure the old Python is ended first: it may be there and yet not answer. The retry within a question
    ' does not end it, for another plan in this Excel shares it.
    If isDown Then XLPyDLLActivateAuto answer, startLine, END_IT
    If XLPyDLLActivateAuto(answer, startLine, START_IT) <> 0 Then
        Err.Raise REFUSED, , PlanText("no_python", CStr(answer))
    End If
    Set StartPython = answer
End Function

Private Function StartLineOf(ByVal interpreter As String) As String
    ' The library puts its number in place of $(CLSID). xlwings has cmd start Python. Started by itself, a Python that
    ' ends at once is noticed at once, where the library waits two minutes for a cmd that stays; and no other program by
    ' that name can be met, such as one beside the file that was picked last.
    StartLineOf = """" & interpreter & """ -I -B -c ""import xlwings; xlwings.serve('$(CLSID)')"""
End Function

Private Function LoadedInterpreter() As String
    ' The interpreter, once the library is loaded. Without that it would be searched for, in the current folder too.
    ' It lies beside the interpreter, or one folder above where that is in Scripts; never at the top of a drive.
    Dim folder As String
    Dim steps As Long
    LoadedInterpreter = PlanSetting("plan_python")
    If LoadedInterpreter = "" Then Err.Raise REFUSED, , PlanText("no_interpreter")
    If Not IsPlainPath(LoadedInterpreter) Then Err.Raise REFUSED, , PlanText("unsafe_interpreter", LoadedInterpreter)
    folder = ParentOf(LoadedInterpreter)
    For steps = 0 To 1
        If InStr(folder, "\") = 0 Then Exit For
        If IsLoaded(folder & "\" & DriverName()) Then Exit Function
        folder = ParentOf(folder)
    Next steps
    Err.Raise REFUSED, , PlanText("no_driver", DriverName())
End Function

Private Function IsLoaded(ByVal path As String) As Boolean
    ' By its Unicode name, so that any user folder will do. Excel for Mac may not have these words.
#If Mac Then
#Else
    IsLoaded = LoadLibraryW(StrPtr(path)) <> 0
#End If
End Function

Private Function DriverName() As String
#If Win64 Then
    DriverName = "xlwings64-@driver@.dll"
#Else
    DriverName = "xlwings32-@driver@.dll"
#End If
End Function

Private Function IsPlainPath(ByVal path As String) As Boolean
    ' A full path in which nothing has a meaning of its own to anyone who reads it, in letters that arrive: the library
    ' gets it in the code page of the computer, where a letter that is missing may become a quote.
    Dim position As Long
    If Len(path) > LONGEST_PATH Then Exit Function
    If Not (path Like "[A-Za-z]:\*" Or Left$(path, 2) = "\\") Then Exit Function
    If InStr(path, "$(") > 0 Then Exit Function
    If StrConv(StrConv(path, vbFromUnicode), vbUnicode) <> path Then Exit Function
    For position = 1 To Len(path)
        If InStr(UNSAFE_SIGNS, Mid$(path, position, 1)) > 0 Then Exit Function
        If Mid$(path, position, 1) < " " Then Exit Function
    Next position
    IsPlainPath = True
End Function

Private Function TakeValues(ByVal arguments As Variant, ByRef values As Variant) As String
    ' Ranges become what their cells hold: Value2, where money is no Currency of four decimals and a date its number.
    ' What was left out stays missing. Gives nothing, or why it cannot be: several areas have no one shape.
    Dim position As Long
    Dim taken() As Variant
    values = arguments
    If UBound(arguments) < LBound(arguments) Then Exit Function
    On Error GoTo TooLarge
    ReDim taken(LBound(arguments) To UBound(arguments))
    For position = LBound(arguments) To UBound(arguments)
        If IsObject(arguments(position)) Then
            If arguments(position).Areas.Count > 1 Then
                TakeValues = PlanText("areas")
                Exit Function
            End If
            taken(position) = arguments(position).Value2
        Else
            taken(position) = arguments(position)
        End If
    Next position
    values = taken
    Exit Function
TooLarge:
    ' Excel gives no values when there are more than memory holds.
    TakeValues = PlanText("too_large")
End Function

Private Function IsPaused() As Boolean
    Dim seconds As Double
    If Not isDown Then Exit Function
    seconds = Timer - downSince
    If seconds < 0 Then seconds = seconds + DAY_SECONDS     ' Timer begins again at midnight
    IsPaused = seconds < PAUSE_SECONDS
End Function

Private Sub TellOnce(ByVal why As String)
    ' One message until Python has answered again; a thousand cells would make a thousand.
    If isTold Then Exit Sub
    isTold = True
    PlanShow why
End Sub

Private Function ParentOf(ByVal path As String) As String
    Dim position As Long
    position = InStrRev(path, "\")
    If position > 1 Then ParentOf = Left$(path, position - 1)
End Function

Private Function FirstLine(ByVal text As String) As String
    FirstLine = Left$(text, InStr(text & vbLf, vbLf) - 1)
End Function
