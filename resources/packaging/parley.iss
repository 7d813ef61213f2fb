; The installer for Windows (Inno Setup 6): iscc /DVersion=1.2.3 /DBundle=DIR /DOutput=DIR parley.iss
; Installs for one user without administrator's rights; removal leaves the user's data.

[Setup]
AppId={{7C1F2B0E-52F3-4E0B-9D0B-6D1D6C6B5A11}
AppName=Parley
AppVersion={#Version}
AppPublisher=The Parley developers
DefaultDirName={autopf}\Parley
DefaultGroupName=Parley
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
Compression=lzma2/max
SolidCompression=yes
LicenseFile=..\..\LICENSE
OutputBaseFilename=Parley-{#Version}-windows-x64
OutputDir={#Output}
SetupIconFile=parley.ico
UninstallDisplayIcon={app}\parley.exe
WizardStyle=modern

[Tasks]
Name: desktopicon; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[InstallDelete]
; What an older version had and this one lacks must not be found by it.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{group}\Parley"; Filename: "{app}\parley.exe"
Name: "{autodesktop}\Parley"; Filename: "{app}\parley.exe"; Tasks: desktopicon

[Run]
Filename: "{app}\parley.exe"; Description: "{cm:LaunchProgram,Parley}"; Flags: nowait postinstall skipifsilent
