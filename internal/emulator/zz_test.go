package emulator
import ("testing";"net/http";"strings";"io";"context";"skyql/internal/emulator/store";"skyql/internal/resource";"skyql/internal/catalog")
func TestZ(t *testing.T){
 s:=store.New(store.Options{})
 sv:=New(s,Options{Listen:"127.0.0.1:0"})
 if err:=sv.Start(context.Background());err!=nil{t.Fatal(err)}
 defer sv.Stop()
 call:=func(op,body string){
  rq,_:=http.NewRequest("POST",sv.URL(),strings.NewReader(body)); rq.Header.Set("X-Amz-Target","CloudApiService."+op); rq.Header.Set("Authorization","AWS4-HMAC-SHA256 Credential=AK/20250101/us-east-1/cloudcontrolapi/aws4_request, SignedHeaders=x, Signature=y")
  rs,err:=http.DefaultClient.Do(rq); if err!=nil{t.Fatal(err)}
  b,_:=io.ReadAll(rs.Body); t.Log(op,rs.Status,rs.Header,string(b))
 }
 call("CreateResource",`{"TypeName":"AWS::S3::Bucket","DesiredState":"{\"BucketName\":\"my-bucket\"}"}`)
 call("CreateResource",`{"TypeName":"AWS::S3::Bucket","DesiredState":"{}"}`)
 call("CreateResource",`{"TypeName":"AWS::S3::Bucket","DesiredState":"{\"X\":1}"}`)
 call("ListResources",`{"TypeName":"AWS::S3::Bucket"}`)
 call("GetResource",`{"TypeName":"AWS::S3::Bucket","Identifier":"my-bucket"}`)
 call("UpdateResource",`{"TypeName":"AWS::S3::Bucket","Identifier":"my-bucket","PatchDocument":"[{\"op\":\"add\",\"path\":\"Tags\",\"value\":[{\"Key\":\"a\",\"Value\":\"b\"}]}]"}`)
 call("GetResource",`{"TypeName":"AWS::S3::Bucket","Identifier":"my-bucket"}`)
 call("DeleteResource",`{"TypeName":"AWS::S3::Bucket","Identifier":"my-bucket"}`)
 call("ListResourceRequests",`{}`)
 call("ListResources",`{"TypeName":"AWS::Cognito::UserPoolClient"}`)
 for _,n:=range catalog.Starter().Types(){
  if err:=s.Populate(resource.Scope{Region:"us-east-1"},n,2);err!=nil{t.Error(err);continue}
  call("ListResources",`{"TypeName":"`+string(n)+`"}`)
 }
}
