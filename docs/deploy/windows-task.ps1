# Makes the Windows task "HALO KOP-UKM": `halokop sync` every 5 minutes, signed in or not, without a window.
# Run once in PowerShell as administrator:  .\windows-task.ps1 C:\halokop\.venv\Scripts\halokop.exe C:\halokop\halokop.toml
param([Parameter(Mandatory)] [string] $Program, [Parameter(Mandatory)] [string] $Settings)

$Log = Join-Path (Split-Path -Parent $Settings) "halokop.log"
$action = New-ScheduledTaskAction -Execute $Program -Argument "-c `"$Settings`" sync --log-file `"$Log`""
$every = New-ScheduledTaskTrigger -Once -At (Get-Date) -RepetitionInterval (New-TimeSpan -Minutes 5)
$user = New-ScheduledTaskPrincipal -UserId $env:USERNAME -LogonType S4U -RunLevel Limited
$rules = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -StartWhenAvailable `
    -ExecutionTimeLimit (New-TimeSpan -Minutes 30) -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
Register-ScheduledTask -TaskName "HALO KOP-UKM" -Action $action -Trigger $every -Principal $user -Settings $rules -Force
